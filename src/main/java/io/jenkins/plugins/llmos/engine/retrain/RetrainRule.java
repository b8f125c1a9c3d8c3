package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Arguments.Range;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * When a model is to be trained again: as soon as one of these holds.
 *
 * @param minNewRows rows more than it was trained on, at least 1; 0 for any number
 * @param drift the statistic of one column from which on it has drifted, above 0; 0 for any
 * @param statistic which figure {@code drift} bounds
 * @param maxAge age of the model; null for any
 * @param anyChange whether any change of the data is enough
 */
public record RetrainRule(
        long minNewRows, double drift, ColumnDrift.Statistic statistic, Duration maxAge, boolean anyChange) {
    private static final String STEP = "llmosRetrain";

    /** Arguments that {@link #from} reads. */
    public static final List<String> ARGUMENTS = List.of("minNewRows", "drift", "statistic", "maxAge", "anyChange");

    /**
     * Reads and checks the arguments. Without any of them every change of the data is enough.
     *
     * @throws InvalidInputException if one is unknown, of the wrong type or out of range
     */
    public static RetrainRule from(Map<String, ?> arguments) {
        Arguments a = new Arguments(STEP, arguments);
        boolean bounded = a.has("minNewRows") || a.has("drift");
        String statistic = a.choice("statistic", "psi", List.of("psi", "ks"));
        double drift = a.number("drift", 0, Range.NOT_NEGATIVE);
        if (statistic.equals("ks") && drift >= 1) {
            throw a.wrong("drift", arguments.get("drift"), "below 1, as the Kolmogorov–Smirnov statistic always is");
        }
        if (statistic.equals("ks") && drift == 0) {
            throw new InvalidInputException(STEP + "'s argument 'statistic' goes with a bound on drift, such as"
                    + " statistic: 'ks', drift: 0.1.");
        }
        RetrainRule rule = new RetrainRule(
                a.whole("minNewRows", 0, 0, Integer.MAX_VALUE),
                drift,
                ColumnDrift.Statistic.valueOf(statistic.toUpperCase(Locale.ROOT)),
                a.duration("maxAge").filter(d -> !d.isZero()).orElse(null),
                a.flag("anyChange", !bounded && !a.has("maxAge")));
        a.refuseUnknown();
        if (rule.minNewRows == 0 && rule.drift == 0 && rule.maxAge == null && !rule.anyChange) {
            throw new InvalidInputException(STEP + " has no reason left to train again. Give minNewRows: 1000, drift:"
                    + " 0.2 or maxAge: '30d', or leave anyChange: true.");
        }
        return rule;
    }
}
