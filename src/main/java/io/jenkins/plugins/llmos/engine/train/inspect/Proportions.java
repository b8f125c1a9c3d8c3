package io.jenkins.plugins.llmos.engine.train.inspect;

import org.apache.commons.numbers.gamma.InverseErfc;

/** Confidence intervals of proportions and of their differences. */
public final class Proportions {
    /** Of all intervals that reports show. */
    static final double CONFIDENCE = 0.95;

    private Proportions() {}

    /**
     * A number that is known within bounds.
     *
     * @param value as estimated
     * @param low bound
     * @param high bound
     */
    public record Interval(double value, double low, double high) {}

    /** The z for which a standard normal variable is within ±z with this probability. */
    static double z(double confidence) {
        return Math.sqrt(2) * InverseErfc.value(1 - confidence);
    }

    /**
     * Wilson's score interval, which keeps its promise for few trials and near 0 and 1 too (Wilson, "Probable Inference, the
     * Law of Succession, and Statistical Inference", JASA 22, 1927).
     *
     * @param successes from 0 to {@code trials}
     * @param trials 0 or more; of none nothing is known
     * @param confidence above 0, below 1
     */
    static Interval wilson(long successes, long trials, double confidence) {
        if (trials == 0) {
            return new Interval(Double.NaN, 0, 1);
        }
        double z = z(confidence);
        double p = (double) successes / trials;
        double n = trials;
        double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
        double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        return new Interval(
                p,
                successes == 0 ? 0 : Math.max(0, centre - half),
                successes == trials ? 1 : Math.min(1, centre + half));
    }

    static Interval wilson(long successes, long trials) {
        return wilson(successes, trials, CONFIDENCE);
    }

    /**
     * The difference of two proportions by their score intervals (Newcombe, "Interval Estimation for the Difference between
     * Independent Proportions", Statistics in Medicine 17, 1998, method 10).
     *
     * @param one the greater proportion
     * @param other the lesser
     * @return of {@code one} less {@code other}
     */
    static Interval difference(Interval one, Interval other) {
        double d = one.value - other.value;
        return new Interval(
                d,
                d - Math.hypot(one.value - one.low, other.high - other.value),
                d + Math.hypot(one.high - one.value, other.value - other.low));
    }

    /** A mean and its interval by the normal approximation. */
    static Interval mean(double sum, double squares, long n, double confidence) {
        if (n == 0) {
            return new Interval(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double mean = sum / n;
        double variance = n < 2 ? 0 : Math.max(0, (squares - n * mean * mean) / (n - 1));
        double half = z(confidence) * Math.sqrt(variance / n);
        return new Interval(mean, mean - half, mean + half);
    }
}
