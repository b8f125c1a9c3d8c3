package io.jenkins.plugins.llmos.engine.privacy;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.List;

/**
 * What was done to a data set, as accountants read it: mechanisms, and how they were sampled and composed. Events are
 * values; two that are equal cost the same. Neighbouring data sets differ by one record added or removed.
 */
public sealed interface PrivacyEvent {
    /** Most applications of a mechanism that one event may stand for. */
    long MAX_COUNT = 1_000_000_000L;

    /** The largest sensitivity of a whole number. */
    long MOST_SENSITIVITY = 1L << 40;

    /** An event that reads no data. */
    static PrivacyEvent nothing() {
        return new Composed(List.of());
    }

    /**
     * DP-SGD and its kin: {@code steps} releases, each a clipped sum over a fresh Poisson sample with Gaussian noise.
     *
     * @param q probability that a record is in a sample, above 0 and at most 1
     * @param sigma as of {@link Gaussian}
     * @param steps from 1 to {@link #MAX_COUNT}
     * @throws InvalidInputException if an argument is out of its range
     */
    static PrivacyEvent training(double q, double sigma, long steps) {
        return new SelfComposed(new PoissonSampled(q, new Gaussian(sigma)), steps);
    }

    /**
     * A value released with normal noise.
     *
     * @param sigma standard deviation of the noise over the value's L2 sensitivity (the clipping norm), above 0
     */
    record Gaussian(double sigma) implements PrivacyEvent {
        /** @throws InvalidInputException if σ is not a finite number above 0 */
        public Gaussian {
            requirePositive("The noise multiplier σ of a Gaussian event", sigma);
        }
    }

    /**
     * A value released with Laplace noise.
     *
     * @param scale scale b of the noise over the value's L1 sensitivity, above 0; alone it costs ε = 1/b
     */
    record Laplace(double scale) implements PrivacyEvent {
        /** @throws InvalidInputException if the scale is not a finite number above 0 */
        public Laplace {
            requirePositive("The scale b of a Laplace event", scale);
        }
    }

    /**
     * A whole number released with discrete normal noise (Canonne, Kamath, Steinke, NeurIPS 2020): probability of x
     * proportional to e^(−x²/2σ²).
     *
     * @param sigma σ in the same units as the number, above 0 and at most {@link #MOST_SIGMA}
     * @param sensitivity the most that one record changes the number, from 1 to {@link #MOST_SENSITIVITY}
     */
    record DiscreteGaussian(double sigma, long sensitivity) implements PrivacyEvent {
        /** Noise that is wider is told on a coarser unit. */
        public static final double MOST_SIGMA = 2e6;

        /** @throws InvalidInputException if σ or the sensitivity is out of its range */
        public DiscreteGaussian {
            requirePositive("The noise σ of a discrete Gaussian event", sigma);
            if (sigma > MOST_SIGMA) {
                throw new InvalidInputException("The noise σ of a discrete Gaussian event is " + sigma
                        + "; it must be at most " + MOST_SIGMA + ". Count in a coarser unit.");
            }
            requireSensitivity(sensitivity);
        }
    }

    /**
     * A whole number released with discrete Laplace noise: probability of x proportional to e^(−|x|/b).
     *
     * @param scale b in the same units as the number, above 0; alone it costs ε = sensitivity/b
     * @param sensitivity the most that one record changes the number, from 1 to {@link #MOST_SENSITIVITY}
     */
    record DiscreteLaplace(double scale, long sensitivity) implements PrivacyEvent {
        /** @throws InvalidInputException if the scale or the sensitivity is out of its range */
        public DiscreteLaplace {
            requirePositive("The scale b of a discrete Laplace event", scale);
            requireSensitivity(sensitivity);
        }
    }

    /**
     * Anything that is (ε, δ)-differentially private and of which no more is known. The worst of those fails openly with
     * probability δ and is randomised response otherwise (Kairouz, Oh, Viswanath, ICML 2015, section 3); accountants
     * take it for that. δ = 0 stands for pure mechanisms such as the exponential one.
     *
     * @param epsilon finite, from 0 up
     * @param delta from 0 to less than 1
     */
    record ApproximateDp(double epsilon, double delta) implements PrivacyEvent {
        /** @throws InvalidInputException if ε or δ is out of its range */
        public ApproximateDp {
            if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY && delta >= 0 && delta < 1)) {
                throw new InvalidInputException("An (ε, δ) event has ε " + epsilon + " and δ " + delta
                        + "; ε must be a finite number from 0 up, and δ from 0 to less than 1.");
            }
        }
    }

    /**
     * An event on a sample that holds each record with probability q, independently of the others.
     *
     * @param q above 0 and at most 1
     * @param event what is done to the sample: one {@link Gaussian} or {@link Laplace}, or Gaussian ones on the same sample
     */
    record PoissonSampled(double q, PrivacyEvent event) implements PrivacyEvent {
        /** @throws InvalidInputException if q is not above 0 and at most 1 */
        public PoissonSampled {
            if (!(q > 0 && q <= 1)) {
                throw new InvalidInputException("The sampling rate q of a Poisson-sampled event is " + q
                        + "; it must be above 0 and at most 1: the probability that a record is in a sample.");
            }
        }
    }

    /**
     * The same event again and again, each time with fresh noise and a fresh sample; later ones may depend on what
     * earlier ones released.
     *
     * @param count from 1 to {@link #MAX_COUNT}
     */
    record SelfComposed(PrivacyEvent event, long count) implements PrivacyEvent {
        /** @throws InvalidInputException if the count is out of its range */
        public SelfComposed {
            if (count < 1 || count > MAX_COUNT) {
                throw new InvalidInputException("An event is to be composed " + count
                        + " times with itself; it must be from 1 to " + MAX_COUNT + ".");
            }
        }
    }

    /** Events one after another; later ones may depend on what earlier ones released. */
    record Composed(List<PrivacyEvent> events) implements PrivacyEvent {
        public Composed {
            events = List.copyOf(events);
        }
    }

    private static void requireSensitivity(long sensitivity) {
        if (sensitivity < 1 || sensitivity > MOST_SENSITIVITY) {
            throw new InvalidInputException("The sensitivity of a whole number is " + sensitivity
                    + "; it must be from 1 to " + MOST_SENSITIVITY + ".");
        }
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException(what + " is " + value + "; it must be a finite number above 0.");
        }
    }
}
