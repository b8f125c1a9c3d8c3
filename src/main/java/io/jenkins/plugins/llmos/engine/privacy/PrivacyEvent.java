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
     * An event on a sample that holds each record with probability q, independently of the others.
     *
     * @param q above 0 and at most 1
     * @param event what is done to the sample: one mechanism, or Gaussian ones on the same sample
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

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException(what + " is " + value + "; it must be a finite number above 0.");
        }
    }
}
