package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteGaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteLaplace;

/**
 * Noise for a whole number. Its parameters are rational, so that it can be drawn exactly and is accounted for as drawn.
 *
 * @param gaussian normal or Laplace
 * @param numerator of σ or of the scale
 * @param denominator of it
 * @param sensitivity the most that one record changes the number
 */
record Mechanism(boolean gaussian, long numerator, long denominator, long sensitivity) {
    /** Quantile of the standard normal for 97.5 %; twice that is left out of both sides together. */
    private static final double[][] NORMAL = {{0.05, 1.959963984540054}, {0.025, 2.241402727604947}};

    private static final long LAPLACE_PARTS = 1L << 20;
    private static final long GAUSSIAN_PARTS = 1L << 10;

    /** Laplace noise that costs at most ε; ε is rounded down to a 2⁻²⁰th, or the smallest such. */
    static Mechanism laplace(double epsilon, long sensitivity) {
        long parts = Math.max(1, (long) Math.floor(Math.min(epsilon, 1e6) * LAPLACE_PARTS));
        return new Mechanism(false, sensitivity * LAPLACE_PARTS, parts, sensitivity);
    }

    /** Normal noise with at least this standard deviation per sensitivity. */
    static Mechanism gaussian(double multiplier, long sensitivity) {
        long sigma = (long) Math.ceil(multiplier * sensitivity * GAUSSIAN_PARTS);
        return new Mechanism(true, Math.max(1, sigma), GAUSSIAN_PARTS, sensitivity);
    }

    private double scale() {
        return (double) numerator / denominator;
    }

    PrivacyEvent event() {
        return gaussian ? new DiscreteGaussian(scale(), sensitivity) : new DiscreteLaplace(scale(), sensitivity);
    }

    long draw(ExactNoise noise) {
        return gaussian ? noise.gaussian(numerator, denominator) : noise.laplace(numerator, denominator);
    }

    /** What the noise's absolute value exceeds with at most this probability. */
    long halfWidth(double miss) {
        if (gaussian) {
            for (double[] known : NORMAL) {
                if (known[0] == miss) {
                    return (long) Math.ceil(known[1] * scale());
                }
            }
            throw new IllegalArgumentException("no quantile is known for " + miss);
        }
        double rate = 1 / scale();
        // P(|Y| > k) = 2 e^(−(k+1)·rate) / (1 + e^(−rate))
        return Math.max(0, (long) Math.ceil(Math.log(2 / (miss * (1 + Math.exp(-rate)))) / rate - 1));
    }

    /** The noise in words. */
    String describe() {
        return (gaussian ? "discrete Gaussian, σ " : "discrete Laplace, scale ") + (float) scale() + ", sensitivity "
                + sensitivity;
    }
}
