package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.train.inspect.Proportions.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a model treats groups of people (Hardt, Price, Srebro, "Equality of Opportunity in Supervised Learning", NIPS 2016;
 * Barocas, Hardt, Narayanan, "Fairness and Machine Learning", chapter 3). Which of these gaps ought to be small depends on the
 * use; they cannot all be zero where groups differ in truth (Chouldechova, "Fair Prediction with Disparate Impact", Big Data
 * 5, 2017).
 *
 * @param column that tells the groups apart
 * @param groups of at least {@value #LEAST} rows, in the order of their names
 * @param left groups of fewer rows, of which nothing can be said
 * @param gaps by name: {@code selection} (parts that are given the wanted class), {@code opportunity} (the same among those
 *     whose class it is), {@code falsePositives} (the same among the others), {@code accuracy}; {@code error} for regression.
 *     What no two groups have is left out
 */
public record Fairness(String column, List<Group> groups, List<String> left, Map<String, Gap> gaps) {
    static final int LEAST = 10;
    static final List<String> RATES = List.of("selection", "opportunity", "falsePositives", "accuracy", "error");

    /**
     * One group.
     *
     * @param name value of the column
     * @param rows in it
     * @param rates by the names of the gaps, with their intervals; {@code error} is the mean of prediction less truth. Rates
     *     of nobody are left out
     */
    public record Group(String name, int rows, Map<String, Interval> rates) {}

    /**
     * The largest difference between two groups.
     *
     * @param size the difference; with many or small groups chance alone makes one
     * @param low bound of it, below 0 if chance may have made it
     * @param high bound of it
     * @param most the group with the highest rate
     * @param least the group with the lowest
     */
    public record Gap(double size, double low, double high, String most, String least) {}

    /**
     * Of classes.
     *
     * @param groups of each row
     * @param wanted class that is good to be given, −1 for none: then there is accuracy alone
     */
    static Fairness ofClasses(String column, List<String> groups, int[] predicted, int[] truths, int wanted) {
        return of(column, groups, (rows, confidence) -> {
            Map<String, Interval> rates = new LinkedHashMap<>();
            long right = 0;
            long given = 0;
            long entitled = 0;
            long hits = 0;
            for (int i : rows) {
                right += predicted[i] == truths[i] ? 1 : 0;
                given += predicted[i] == wanted ? 1 : 0;
                entitled += truths[i] == wanted ? 1 : 0;
                hits += truths[i] == wanted && predicted[i] == wanted ? 1 : 0;
            }
            if (wanted >= 0) {
                rates.put("selection", Proportions.wilson(given, rows.size(), confidence));
                if (entitled > 0) {
                    rates.put("opportunity", Proportions.wilson(hits, entitled, confidence));
                }
                if (entitled < rows.size()) {
                    rates.put("falsePositives", Proportions.wilson(given - hits, rows.size() - entitled, confidence));
                }
            }
            rates.put("accuracy", Proportions.wilson(right, rows.size(), confidence));
            return rates;
        });
    }

    /** Of numbers, in the unit of the errors. */
    static Fairness ofErrors(String column, List<String> groups, double[] errors) {
        return of(column, groups, (rows, confidence) -> {
            double sum = 0;
            double squares = 0;
            for (int i : rows) {
                sum += errors[i];
                squares += errors[i] * errors[i];
            }
            return Map.of("error", Proportions.mean(sum, squares, rows.size(), confidence));
        });
    }

    /** The rates of some rows, with intervals of a confidence. */
    private interface Rates {
        Map<String, Interval> of(List<Integer> rows, double confidence);
    }

    private static Fairness of(String column, List<String> groupOf, Rates rates) {
        Map<String, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < groupOf.size(); i++) {
            members.computeIfAbsent(groupOf.get(i), g -> new ArrayList<>()).add(i);
        }
        List<String> left = new ArrayList<>();
        members.forEach((name, rows) -> {
            if (rows.size() < LEAST) {
                left.add(name);
            }
        });
        members.keySet().removeAll(left);
        // Gaps are between pairs picked among all pairs, so their intervals are Bonferroni's for all of them.
        double pairs = Math.max(1, members.size() * (members.size() - 1) / 2.0);
        double confidence = 1 - (1 - Proportions.CONFIDENCE) / pairs;
        List<Group> groups = new ArrayList<>();
        List<Group> wider = new ArrayList<>();
        members.forEach((name, rows) -> {
            groups.add(new Group(name, rows.size(), rates.of(rows, Proportions.CONFIDENCE)));
            wider.add(new Group(name, rows.size(), rates.of(rows, confidence)));
        });
        Map<String, Gap> gaps = new LinkedHashMap<>();
        for (String rate : RATES) {
            Gap gap = gap(wider, rate);
            if (gap != null) {
                gaps.put(rate, gap);
            }
        }
        return new Fairness(column, groups, left, gaps);
    }

    private static Gap gap(List<Group> all, String rate) {
        List<Group> groups = all.stream()
                .filter(g -> g.rates.containsKey(rate))
                .sorted(Comparator.comparingDouble(g -> g.rates.get(rate).value()))
                .toList();
        if (groups.size() < 2) {
            return null;
        }
        Group least = groups.get(0);
        Group most = groups.get(groups.size() - 1);
        Interval difference = Proportions.difference(most.rates.get(rate), least.rates.get(rate));
        return new Gap(difference.value(), difference.low(), difference.high(), most.name, least.name);
    }
}
