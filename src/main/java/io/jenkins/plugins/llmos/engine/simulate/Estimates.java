package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.HistoryEstimator;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import io.jenkins.plugins.llmos.engine.util.Units;

/** What the simulated scheduler knows of run times, as users write it. */
public final class Estimates {
    private static final String ABOVE = "known-above:";
    private static final String BELOW = "known-below:";

    private Estimates() {}

    /**
     * Reads {@code perfect}, {@code history}, {@code noise:0.5}, {@code known-above:1d} or {@code known-below:1d}.
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
        if (text.startsWith(ABOVE) || text.startsWith(BELOW)) {
            String limit = text.substring(text.indexOf(':') + 1);
            return new PartlyTrueOracle(
                    new HistoryOracle(new HistoryEstimator()),
                    Ticks.of(Units.duration("The limit of the known run times", limit)),
                    text.startsWith(ABOVE));
        }
        throw new InvalidInputException("The estimates are '" + text + "'. They are perfect (the truth), history (what"
                + " could be known at the time), noise:S, such as noise:0.5 (the truth times a log-normal error), or"
                + " known-above:TIME or known-below:TIME, such as known-above:1d (the truth of the jobs that run"
                + " longer, or no longer, than that; history for the others).");
    }
}
