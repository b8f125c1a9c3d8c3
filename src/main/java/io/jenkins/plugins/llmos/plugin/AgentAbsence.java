package io.jenkins.plugins.llmos.plugin;

import java.time.Duration;
import java.time.Instant;

/** How long the agent of a training has been away, and whether it ever was. */
final class AgentAbsence {
    private final RemoteTrainer trainer;
    private final String training;
    /** When the step came back with its controller, null if it never went. */
    private final Instant resumed;

    private Instant since;
    private boolean returned;

    AgentAbsence(RemoteTrainer trainer, String training, Instant resumed) {
        this.trainer = trainer;
        this.training = training;
        this.resumed = resumed;
    }

    /** The agent cannot be reached. Returns whether that is new. */
    boolean away() {
        if (since != null) {
            return false;
        }
        since = Instant.now();
        return true;
    }

    /** The agent can be reached. */
    void here() {
        returned |= since != null;
        since = null;
    }

    /** Whether the agent was away and is back. */
    boolean returned() {
        return returned;
    }

    /** Whether Jenkins does not know the agent any more. */
    boolean isFinal() {
        // nodes may come a little later than builds when a controller starts
        return trainer.isRemoved() && (resumed == null || Instant.now().isAfter(resumed.plus(Duration.ofMinutes(1))));
    }

    /** Why the agent is not to be waited for any longer, null if it is. */
    String tooLong() {
        if (isFinal()) {
            return "was removed while " + training + " trained there";
        }
        Duration longest = TrainSettings.longestAway();
        return since != null && Instant.now().isAfter(since.plus(longest))
                ? "has been away for more than " + longest.toSeconds() + " s while " + training + " trained there"
                : null;
    }
}
