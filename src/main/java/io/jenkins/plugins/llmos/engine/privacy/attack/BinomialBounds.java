package io.jenkins.plugins.llmos.engine.privacy.attack;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Exact confidence bounds of a probability from successes in independent trials (Clopper, Pearson, "The Use of Confidence or
 * Fiducial Limits", Biometrika 26, 1934), by the relation of binomial tails to the incomplete beta function.
 */
final class BinomialBounds {
    private static final int HALVINGS = 100;

    private BinomialBounds() {}

    /**
     * The probability that is below the true one with confidence 1 − {@code risk}.
     *
     * @param successes from 0 to {@code trials}
     * @param trials at least 1
     * @param risk above 0 and below 1
     */
    static double lower(long successes, long trials, double risk) {
        if (successes == 0) {
            return 0;
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            // P[Bin(trials, p) ≥ successes] grows with p.
            if (RegularizedBeta.value(middle, (double) successes, trials - successes + 1.0) < risk) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The probability that is above the true one with confidence 1 − {@code risk}. */
    static double upper(long successes, long trials, double risk) {
        return 1 - lower(trials - successes, trials, risk);
    }
}
