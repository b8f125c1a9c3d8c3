package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.train.data.Quantiles;
import java.util.stream.DoubleStream;

/**
 * How far apart two distributions are.
 *
 * <p>The population stability index (PSI) of proportions p and q is Σ (p − q) ln(p / q), Jeffreys' divergence, 0 for equal
 * ones and without an upper limit; under 0.1 is usually called stable, over 0.25 a shift (Siddiqi, Credit Risk Scorecards,
 * 2006, ch. 12). Of two samples of the same distribution it is about (1/n + 1/m) times a χ² variable with one degree of
 * freedom less than there are bins (Yurdakul and Naranjo, Journal of Risk Model Validation 14, 2020), so small samples
 * differ by chance alone; {@link #psiByChance} tells how much.
 *
 * <p>The Kolmogorov–Smirnov statistic is the greatest difference of two distribution functions, 0 to 1.
 */
public final class Divergence {
    private Divergence() {}

    /**
     * The population stability index of two samples that were counted in the same bins. Half a count is added to every bin, so
     * that an empty one does not make it infinite.
     *
     * @param first counts, of any number of bins
     * @param second as many counts
     * @return at least 0, and the same for both orders; 0 if either sample is empty
     */
    public static double psi(double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(first.length + " bins and " + second.length);
        }
        double n = DoubleStream.of(first).sum();
        double m = DoubleStream.of(second).sum();
        if (n == 0 || m == 0) {
            return 0;
        }
        double psi = 0;
        for (int i = 0; i < first.length; i++) {
            double p = (first[i] + 0.5) / (n + 0.5 * first.length);
            double q = (second[i] + 0.5) / (m + 0.5 * first.length);
            psi += (p - q) * Math.log(p / q);
        }
        return psi;
    }

    /**
     * What the index of two samples of one distribution exceeds with a small probability only.
     *
     * @param bins in which they are counted
     * @param n size of one sample
     * @param m size of the other
     * @param probability of exceeding it, above 0 and below 1; the bound on χ² is that of Laurent and Massart (Annals of
     *     Statistics 28, 2000, lemma 1)
     */
    public static double psiByChance(int bins, double n, double m, double probability) {
        if (n == 0 || m == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double d = bins - 1.0;
        double t = -Math.log(probability);
        return (1 / n + 1 / m) * (d + 2 * Math.sqrt(d * t) + 2 * t);
    }

    /** The Kolmogorov–Smirnov statistic of two distributions of numbers, 0 to 1; 0 if either is empty. */
    public static double ks(Quantiles first, Quantiles second) {
        if (first.count() == 0 || second.count() == 0) {
            return 0;
        }
        return DoubleStream.concat(
                        first.points().stream().mapToDouble(x -> x),
                        second.points().stream().mapToDouble(x -> x))
                .map(x -> Math.max(
                        Math.abs(first.atMost(x) - second.atMost(x)), Math.abs(first.below(x) - second.below(x))))
                .max()
                .orElse(0);
    }

    /**
     * The total variation distance of two samples in the same bins, 0 to 1: what the Kolmogorov–Smirnov statistic is where
     * there is no order.
     */
    public static double totalVariation(double[] first, double[] second) {
        double n = DoubleStream.of(first).sum();
        double m = DoubleStream.of(second).sum();
        if (n == 0 || m == 0) {
            return 0;
        }
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs(first[i] / n - second[i] / m);
        }
        return Math.min(1, sum / 2);
    }

    /**
     * What the Kolmogorov–Smirnov statistic of two samples of one distribution exceeds with a small probability only
     * (Smirnov's limit of the two-sample statistic, by its first term).
     */
    public static double ksByChance(double n, double m, double probability) {
        return n == 0 || m == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(Math.log(2 / probability) / 2 * (1 / n + 1 / m));
    }

    /**
     * What the total variation distance of two samples of one distribution exceeds with a small probability only
     * (McDiarmid's inequality around a bound on its mean).
     */
    static double totalVariationByChance(int bins, double n, double m, double probability) {
        return n == 0 || m == 0
                ? Double.POSITIVE_INFINITY
                : Math.sqrt(bins / 4.0 * (1 / n + 1 / m)) + Math.sqrt(Math.log(1 / probability) / 2 * (1 / n + 1 / m));
    }
}
