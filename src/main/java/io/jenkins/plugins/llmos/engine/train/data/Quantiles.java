package io.jenkins.plugins.llmos.engine.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A distribution of numbers: its quantiles at equal steps from the least to the greatest.
 *
 * @param count numbers there were
 * @param points the quantiles 0, 1/(n−1), …, 1, ascending; empty if there were no numbers
 */
public record Quantiles(long count, List<Double> points) {
    private static final int POINTS = 201;

    public Quantiles {
        points = List.copyOf(points);
    }

    /** Numbers that the quantiles were computed from; a distribution is known no better than by as many. */
    public long sampled() {
        return Math.min(count, Sample.LARGEST);
    }

    /** The share of numbers that are at most x. */
    public double atMost(double x) {
        return share(x, true);
    }

    /** The share of numbers that are less than x. */
    public double below(double x) {
        return share(x, false);
    }

    private double share(double x, boolean inclusive) {
        int n = points.size();
        int before = 0;
        while (before < n && (points.get(before) < x || (inclusive && points.get(before) == x))) {
            before++;
        }
        if (before == 0) {
            return 0;
        }
        if (before == n) {
            return 1;
        }
        double from = points.get(before - 1);
        double to = points.get(before);
        double within = x > from && to > from ? (x - from) / (to - from) : 0;
        return (before - 1 + within) / (n - 1);
    }

    /** Collects numbers, of which it keeps a uniform sample (Vitter, ACM TOMS 11, 1985, algorithm R). */
    static final class Sample {
        static final int LARGEST = 1 << 13;

        private final SplittableRandom random;
        private double[] kept = new double[64];
        private long count;

        Sample(long seed) {
            random = new SplittableRandom(seed);
        }

        void add(double x) {
            count++;
            if (count <= LARGEST) {
                if (count > kept.length) {
                    kept = Arrays.copyOf(kept, Math.min(LARGEST, 2 * kept.length));
                }
                kept[(int) count - 1] = x;
                return;
            }
            long place = random.nextLong(count);
            if (place < LARGEST) {
                kept[(int) place] = x;
            }
        }

        Quantiles quantiles() {
            int n = (int) Math.min(count, LARGEST);
            double[] sorted = Arrays.copyOf(kept, n);
            Arrays.sort(sorted);
            Stream<Double> points = n == 0
                    ? Stream.empty()
                    : IntStream.range(0, POINTS)
                            .mapToObj(i -> sorted[(int) Math.round((double) i * (n - 1) / (POINTS - 1))]);
            return new Quantiles(count, points.toList());
        }
    }
}
