package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.train.data.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One statistic while the file is read, and then with noise. Until then it is exact and in whole numbers: values are
 * rounded to a 2⁻²⁰th of a unit as they are added, and the sum once more to units, of which one record then changes it by
 * at most the sensitivity. Missing values and texts that are no numbers count nowhere.
 */
final class Statistic {
    private static final int FINE_BITS = 20;
    private static final double MISS = 0.05;
    private static final String OTHER = "other";

    private final ReleasePlan.Noise noise;
    private final Query query;
    private final int column;
    private final double centre;
    private final Quantiles quantiles;
    private final Map<String, Integer> bins = new LinkedHashMap<>();
    private final long[] counts;
    private long sum;

    /** @param header of the file */
    Statistic(ReleasePlan.Noise noise, List<String> header) {
        this.noise = noise;
        this.query = noise.query();
        this.column = query.column() == null ? -1 : header.indexOf(query.column());
        this.centre = query.kind() == Query.Kind.MEAN ? (query.lower() + query.upper()) / 2 : 0;
        this.quantiles = query.kind() == Query.Kind.QUANTILE ? new Quantiles(query) : null;
        if (query.kind() == Query.Kind.HISTOGRAM) {
            query.categories().forEach(c -> bins.put(c, bins.size()));
            for (int i = 1; i < query.edges().size(); i++) {
                bins.put(
                        "[" + query.edges().get(i - 1) + ", " + query.edges().get(i)
                                + (i == query.edges().size() - 1 ? "]" : ")"),
                        i - 1);
            }
            bins.put(OTHER, bins.size());
        }
        this.counts = new long[Math.max(1, bins.size())];
    }

    int column() {
        return column;
    }

    /** @param field of the column, null for a count of rows */
    void accept(String field) {
        if (query.kind() == Query.Kind.COUNT) {
            counts[0]++;
        } else if (!query.categories().isEmpty()) {
            counts[bins.getOrDefault(field.strip(), bins.size() - 1)]++;
        } else {
            double value = Values.isMissing(field) ? Double.NaN : Values.number(field);
            if (query.kind() == Query.Kind.HISTOGRAM) {
                counts[bin(value)]++;
            } else if (!Double.isNaN(value)) {
                add(value);
            }
        }
    }

    private int bin(double value) {
        List<Double> edges = query.edges();
        int last = edges.size() - 1;
        if (!(value >= edges.get(0) && value <= edges.get(last))) {
            return bins.size() - 1;
        }
        int low = 0;
        int high = last;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (edges.get(middle) <= value) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void add(double value) {
        double clamped = Math.min(query.upper(), Math.max(query.lower(), value));
        if (quantiles != null) {
            quantiles.accept(clamped);
            return;
        }
        long most = noise.parts().get(0).sensitivity() << FINE_BITS;
        double whole = query.whole() && query.kind() == Query.Kind.SUM ? Math.rint(clamped) : clamped;
        long fine = Math.round((whole - centre) / noise.unit() * (1L << FINE_BITS));
        sum += Math.max(-most, Math.min(most, fine));
        counts[0]++;
    }

    /** What noise is added to: units of the sum and the count, or the count of each bin. Not to be shown. */
    long[] exact() {
        return switch (query.kind()) {
            case SUM, MEAN -> new long[] {Math.floorDiv(sum, 1L << FINE_BITS), counts[0]};
            default -> counts.clone();
        };
    }

    /** Draws the noise. What it returns is all that may be known. */
    Map<String, Object> release(ExactNoise exact, UniformIntegers bits) {
        Map<String, Object> r = new LinkedHashMap<>();
        r.put("statistic", query.kind().word());
        if (query.column() != null) {
            r.put("column", query.column());
        }
        switch (query.kind()) {
            case COUNT -> interval(r, counts[0] + noise.parts().get(0).draw(exact), 1, 0);
            case SUM -> {
                interval(r, exact()[0] + noise.parts().get(0).draw(exact), noise.unit(), noise.unit() == 1 ? 0 : 1);
            }
            case MEAN -> mean(r, exact);
            case HISTOGRAM -> {
                List<Map<String, Object>> all = new ArrayList<>();
                bins.forEach((name, i) -> {
                    Map<String, Object> bin = new LinkedHashMap<>();
                    bin.put("bin", name);
                    interval(bin, counts[i] + noise.parts().get(0).draw(exact), 1, 0);
                    all.add(bin);
                });
                r.put("bins", all);
            }
            case QUANTILE -> {
                r.put("q", query.quantile() / 1000.0);
                r.put("value", quantiles.draw(exact, bits, noise.epsilonParts()));
                r.put("rankError", quantiles.rankError(noise.epsilonParts(), MISS));
                r.put("noise", "exponential mechanism");
            }
        }
        if (!noise.parts().isEmpty()) {
            r.put(
                    "noise",
                    String.join(
                            "; ",
                            noise.parts().stream().map(Mechanism::describe).toList()));
        }
        return r;
    }

    private void interval(Map<String, Object> r, long noisy, double unit, long rounding) {
        long half = noise.parts().get(0).halfWidth(MISS);
        r.put("value", number(noisy * unit, unit));
        r.put("low", number((noisy - half) * unit, unit));
        r.put("high", number((noisy + half + rounding) * unit, unit));
    }

    private static Object number(double value, double unit) {
        if (unit == 1) {
            return (long) value;
        }
        return value;
    }

    private void mean(Map<String, Object> r, ExactNoise exact) {
        Mechanism ofSum = noise.parts().get(0);
        Mechanism ofCount = noise.parts().get(1);
        long units = exact()[0] + ofSum.draw(exact);
        long count = counts[0] + ofCount.draw(exact);
        double half = ofSum.halfWidth(MISS / 2) + 1;
        double fewest = Math.max(0, count - ofCount.halfWidth(MISS / 2));
        double most = Math.max(0, count + ofCount.halfWidth(MISS / 2));
        double low = (units - half) * noise.unit();
        double high = (units + half) * noise.unit();
        r.put("value", within(centre + units * noise.unit() / Math.max(1, count)));
        r.put("low", fewest == 0 ? query.lower() : within(centre + low / (low < 0 ? fewest : most)));
        r.put("high", fewest == 0 ? query.upper() : within(centre + high / (high < 0 ? most : fewest)));
    }

    private double within(double mean) {
        return Math.min(query.upper(), Math.max(query.lower(), mean));
    }
}
