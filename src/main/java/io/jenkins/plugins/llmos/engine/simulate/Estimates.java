package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.HistoryEstimator;

/** What the simulated scheduler knows of run times, as users write it. */
public final class Estimates {
    private Estimates() {}

    /**
     * Reads {@code perfect}, {@code history} or {@code noise:0.5}.
     *
     * @return a new oracle for one replay
     * @throws InvalidInputException if the text is anything else
     */
    public static Oracle parse(String text) {
        if (text.equals("perfect")) {
            return Oracle.perfect();
        }
        if (text.equals("history")) {
            return new HistoryOracle(new HistoryEstimator());
        }
        if (text.matches("noise:\\d{1,3}(\\.\\d{1,9})?")) {
            return new NoisyOracle(Double.parseDouble(text.substring("noise:".length())));
        }
        throw new InvalidInputException("The estimates are '" + text + "'. They are perfect (the truth), history (what"
                + " could be known at the time) or noise:S, such as noise:0.5 (the truth times a log-normal error).");
    }
}
