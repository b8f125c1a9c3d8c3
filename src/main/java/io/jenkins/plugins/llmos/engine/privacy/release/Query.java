package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One statistic that is asked for. All of it is public: bounds, bins and categories are declared, never looked up.
 *
 * @param kind which
 * @param column of the file; null for a count of rows
 * @param lower smallest value; smaller ones count as this
 * @param upper largest value; larger ones count as this
 * @param whole whether the values are whole numbers
 * @param edges of numeric bins, rising; empty unless a histogram has them
 * @param categories of a histogram; empty unless it has them
 * @param quantile in thousandths, from 1 to 999
 * @param weight part of ε that it gets, beside the others' weights
 */
record Query(
        Kind kind,
        String column,
        double lower,
        double upper,
        boolean whole,
        List<Double> edges,
        List<String> categories,
        int quantile,
        double weight) {
    private static final int MOST_BINS = 100_000;

    /** A kind of statistic, by the argument that names it. */
    enum Kind {
        COUNT,
        SUM,
        MEAN,
        HISTOGRAM,
        QUANTILE;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** @throws InvalidInputException if the entry is not understood */
    static Query from(int number, Map<?, ?> entry) {
        String what = "llmosPrivatize's release " + number;
        Map<String, Object> values = new java.util.LinkedHashMap<>();
        entry.forEach((k, v) -> values.put(String.valueOf(k), v));
        Arguments a = new Arguments(what, values);
        List<Kind> kinds = new ArrayList<>();
        for (Kind k : Kind.values()) {
            if (a.has(k.word())) {
                kinds.add(k);
            }
        }
        if (kinds.size() != 1) {
            throw new InvalidInputException(what + " must name one statistic, such as [count: true],"
                    + " [sum: 'age', lower: 0, upper: 100], [mean: …], [histogram: 'city', categories: ['A', 'B']] or"
                    + " [quantile: 'age', q: 0.5, lower: 0, upper: 100].");
        }
        Kind kind = kinds.get(0);
        String named = a.text(kind.word()).orElse("");
        String column = kind == Kind.COUNT ? null : a.requiredText(kind.word(), "'age'");
        if (kind == Kind.COUNT && !named.equals("true")) {
            throw a.wrong("count", named, "true; it counts rows, and a histogram counts by value");
        }
        boolean categorical = kind == Kind.HISTOGRAM && a.has("categories");
        boolean bounded = kind != Kind.COUNT && !categorical && !(a.has("bins") && values.get("bins") instanceof List);
        double lower = bounded ? bound(a, values, "lower", what) : 0;
        double upper = bounded ? bound(a, values, "upper", what) : 0;
        if (bounded && !(lower < upper)) {
            throw new InvalidInputException(
                    what + " has the bounds " + lower + " to " + upper + "; lower must be less than upper.");
        }
        List<Double> edges = kind == Kind.HISTOGRAM && !categorical ? edges(a, values, lower, upper, what) : List.of();
        List<String> categories = categorical ? a.texts("categories") : List.of();
        if (categories.stream().distinct().count() != categories.size() || categories.contains("other")) {
            throw new InvalidInputException(
                    what + " names a category twice, or one 'other', which is what the rest is" + " called.");
        }
        double q = kind == Kind.QUANTILE ? a.number("q", 0.5, Arguments.Range.FRACTION) : 0.5;
        int thousandths = (int) Math.round(q * 1000);
        if (thousandths < 1 || thousandths > 999) {
            throw a.wrong("q", q, "from 0.001 to 0.999");
        }
        Query query = new Query(
                kind,
                column,
                lower,
                upper,
                a.flag("integer", false),
                edges,
                categories,
                thousandths,
                a.number("weight", 1, Arguments.Range.POSITIVE));
        a.refuseUnknown();
        return query;
    }

    private static double bound(Arguments a, Map<String, Object> values, String name, String what) {
        if (!a.has(name)) {
            throw new InvalidInputException(what + " needs the bounds of its column, such as lower: 0, upper: 100. They"
                    + " must be known without looking at the data; values beyond count as the bound.");
        }
        return number(values.get(name), name, what);
    }

    private static double number(Object value, String name, String what) {
        try {
            double d = Double.parseDouble(String.valueOf(value).strip());
            if (Double.isFinite(d)) {
                return d;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new InvalidInputException(what + "'s '" + name + "' has '" + value + "'; it must be a finite number.");
    }

    private static List<Double> edges(
            Arguments a, Map<String, Object> values, double lower, double upper, String what) {
        List<Double> edges = new ArrayList<>();
        if (a.has("bins") && values.get("bins") instanceof List<?> given) {
            given.forEach(e -> edges.add(number(e, "bins", what)));
        } else {
            int bins = (int) a.whole("bins", 10, 1, MOST_BINS);
            for (int i = 0; i <= bins; i++) {
                edges.add(lower + (upper - lower) * i / bins);
            }
        }
        for (int i = 1; i < edges.size(); i++) {
            if (!(edges.get(i - 1) < edges.get(i))) {
                throw new InvalidInputException(what + "'s bins must rise: their edges are " + edges + ".");
            }
        }
        if (edges.size() < 2) {
            throw new InvalidInputException(what + "'s bins need two edges or more, such as bins: [0, 18, 65, 120].");
        }
        return List.copyOf(edges);
    }
}
