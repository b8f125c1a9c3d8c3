package io.jenkins.plugins.llmos.engine.privacy.attack;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * What follows from guesses at the coins of canaries in one training (Steinke, Nasr, Jagielski, "Privacy Auditing with One (1)
 * Training Run", NeurIPS 2023, theorem 5.2 and appendix D): of r guesses made under (ε, δ), at least v are right with
 * probability at most P[W ≥ v] + 2mδ·max P[v &gt; W ≥ v − i]/i over i from 1 to m, where W is Binomial(r, e^ε/(1 + e^ε)).
 * Coins must be fair and independent, and r chosen beforehand.
 */
final class OneRunBound {
    private static final int HALVINGS = 60;
    /** Where the search ends; no number of canaries that fits in memory bounds ε above it. */
    private static final double LARGEST = 64;

    private final int canaries;
    private final int guesses;
    private final int right;
    private final double delta;
    /** ln of the binomial coefficients. */
    private final double[] choose;

    /**
     * @param canaries m, at least 1
     * @param guesses r, from 1 to m
     * @param right v, from 0 to r
     * @param delta from 0 to less than 1
     */
    OneRunBound(int canaries, int guesses, int right, double delta) {
        this.canaries = canaries;
        this.guesses = guesses;
        this.right = right;
        this.delta = delta;
        choose = new double[guesses + 1];
        for (int k = 0; k <= guesses; k++) {
            choose[k] = -Math.log(guesses + 1.0) - LogBeta.value(k + 1.0, guesses - k + 1.0);
        }
    }

    /** The most that the probability of so many right guesses is under (ε, δ). */
    double pValue(double epsilon) {
        double tail = 0;
        for (int k = guesses; k >= right; k--) {
            tail += mass(k, epsilon);
        }
        double below = 0;
        double steepest = 0;
        for (int i = 1; i <= right; i++) {
            below += mass(right - i, epsilon);
            steepest = Math.max(steepest, below / i);
        }
        return Math.min(1, tail + 2 * canaries * delta * steepest);
    }

    private double mass(int k, double epsilon) {
        double logWrong = -Math.log1p(Math.exp(epsilon));
        double logRight = -Math.log1p(Math.exp(-epsilon));
        return Math.exp(choose[k] + k * logRight + (guesses - k) * logWrong);
    }

    /** A lower bound of ε: one whose p-value is below the risk, or 0. */
    double epsilon(double risk) {
        double low = 0;
        double high = LARGEST;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (pValue(middle) < risk) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
