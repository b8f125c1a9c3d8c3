package io.jenkins.plugins.llmos.engine.train;

import java.util.Map;

/**
 * How a trainer process ended.
 *
 * @param status done, yielded or failed
 * @param result after {@code DONE}: {@code loss} and the metrics of the test part ({@code accuracy}, {@code macroF1},
 *     {@code auc} or {@code rmse}, {@code mae}, {@code r2} or {@code perplexity}), {@code seconds} of training over all attempts,
 *     {@code samplesPerSecond}, {@code steps}, {@code epochs}, {@code parameters}, {@code output} (folder) and
 *     {@code fingerprint} of the data; otherwise empty
 * @param message after {@code FAILED}: one paragraph for the user, otherwise null
 * @param exitCode of the process
 */
public record TrainingOutcome(Status status, Map<String, Object> result, String message, int exitCode) {
    /** How a trainer process ended. */
    public enum Status {
        DONE,
        YIELDED,
        FAILED
    }
}
