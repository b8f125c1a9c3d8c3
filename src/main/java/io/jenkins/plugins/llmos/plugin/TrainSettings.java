package io.jenkins.plugins.llmos.plugin;

import java.time.Duration;

/** What an administrator may set by a system property of the controller, also while it runs. */
final class TrainSettings {
    private static final String PREFIX = "io.jenkins.plugins.llmos.train.";

    private TrainSettings() {}

    /** How long an agent may be away before its trainings are given up: {@code awaySeconds}, 300 unless set. */
    static Duration longestAway() {
        return Duration.ofSeconds(Long.getLong(PREFIX + "awaySeconds", 300));
    }

    /** How long a training that is asked to yield may take for its checkpoint: {@code yieldSeconds}, 150 unless set. */
    static Duration longestYield() {
        return Duration.ofSeconds(Long.getLong(PREFIX + "yieldSeconds", 150));
    }

    /** Least time between two copies of a checkpoint to the controller: {@code copySeconds}, 60 unless set. */
    static Duration betweenCopies() {
        return Duration.ofSeconds(Long.getLong(PREFIX + "copySeconds", 60));
    }

    /** Bytes of the largest checkpoint that the controller keeps: {@code checkpointBytes}, 2 GiB unless set. */
    static long largestCheckpoint() {
        return Long.getLong(PREFIX + "checkpointBytes", 2L << 30);
    }
}
