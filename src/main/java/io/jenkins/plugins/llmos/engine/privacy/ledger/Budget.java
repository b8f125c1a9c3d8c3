package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.InvalidInputException;

/**
 * What may be spent of a data set, or is asked for.
 *
 * @param epsilon finite, above 0
 * @param delta above 0 and below 1
 */
public record Budget(double epsilon, double delta) {
    /** @throws InvalidInputException if ε or δ is out of its range */
    public Budget {
        requireEpsilon(epsilon);
        if (!(delta > 0 && delta < 1)) {
            throw new InvalidInputException(
                    "δ is " + Figures.exact(delta) + "; it must be above 0 and below 1, and at most one over the"
                            + " number of records, such as 1e-5 for fifty thousand. Nothing was spent.");
        }
    }

    static void requireEpsilon(double epsilon) {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException(
                    "ε is " + epsilon + "; it must be a finite number above 0, such as 3. Nothing was spent.");
        }
    }

    /** Both bounds at least as strict as either's. */
    Budget and(Budget other) {
        return new Budget(Math.min(epsilon, other.epsilon), Math.min(delta, other.delta));
    }

    /**
     * Refuses a δ that would let one record in n be released openly.
     *
     * @param records of the data set
     * @throws InvalidInputException if δ is above one over the records
     */
    static void requireSmall(double delta, long records, String dataSet) {
        if (records > 0 && delta > 1.0 / records) {
            throw new InvalidInputException("δ is " + Figures.exact(delta) + ", but the data set '" + dataSet + "' has "
                    + records
                    + " records, and a δ above 1/" + records
                    + " would allow a whole record to be published. Ask for at most " + Figures.floor(1.0 / records)
                    + ", better a tenth of that. Nothing was spent.");
        }
    }
}
