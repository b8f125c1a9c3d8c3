package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;

/**
 * Says what an event costs, for neighbours that differ by one record added or removed. Accountants hold no state and are
 * interchangeable: each gives an upper bound of the same true figure, one tighter than the other.
 */
public interface Accountant {
    /** A short name, as command lines and model cards show it. */
    String name();

    /**
     * The ε for which the event is (ε, δ)-differentially private.
     *
     * @param delta above 0 and below 1
     * @return from 0 up; infinite if this accountant knows none
     * @throws InvalidInputException if δ is out of its range or the event cannot be read
     */
    double epsilon(PrivacyEvent event, double delta);

    /**
     * The δ for which the event is (ε, δ)-differentially private.
     *
     * @param epsilon finite, from 0 up
     * @return from 0 to 1
     * @throws InvalidInputException if ε is out of its range or the event cannot be read
     */
    double delta(PrivacyEvent event, double epsilon);

    /** @throws InvalidInputException if δ is not above 0 and below 1 */
    static void requireDelta(double delta) {
        if (!(delta > 0 && delta < 1)) {
            throw new InvalidInputException("δ is " + delta
                    + "; it must be above 0 and below 1, and should be well below one over the number of records,"
                    + " such as 1e-5 for fifty thousand.");
        }
    }

    /** @throws InvalidInputException if ε is not a finite number from {@code least} up */
    static void requireEpsilon(double epsilon, double least) {
        if (!(epsilon >= least && epsilon < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException("ε is " + epsilon + "; it must be a finite number "
                    + (least > 0 ? "above 0" : "from 0 up") + ", such as 3.");
        }
    }
}
