package io.jenkins.plugins.llmos.plugin;

import hudson.ExtensionList;
import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/** Passes on what a trainer tells: to the build's log, and to those who want to know how long it takes yet. */
final class TrainingNews {
    private final TrainingLog log;
    /** What happened before was told before the controller was restarted. Null if it was not. */
    private final Instant resumed;

    private String status;

    TrainingNews(String name, Instant resumed) {
        this.log = new TrainingLog(name);
        this.resumed = resumed;
    }

    /** What is to be said of the training now, null before its first step. */
    String status() {
        return status;
    }

    /**
     * Passes events on.
     *
     * @return the event among them that tells how the training ended, as JSON; null if it has not
     */
    String tell(List<TrainingEvent> events, PrintStream out, FlowNode step, StepCheckpoint checkpoint) {
        String last = null;
        for (TrainingEvent event : events) {
            switch (event.type()) {
                case DONE, YIELDED, ERROR -> last = Json.line(event);
                case STEP, EPOCH -> status = ProgressText.facts(event);
                case CHECKPOINT -> checkpoint.changed();
                default -> {}
            }
            if (resumed == null || event.time().isAfter(resumed)) {
                log.show(event, out);
            }
            if (event.remainingSeconds() != null && Double.isFinite(event.remainingSeconds())) {
                Duration remaining = Duration.ofMillis((long) (1000 * event.remainingSeconds()));
                for (TrainingListener listener : ExtensionList.lookup(TrainingListener.class)) {
                    listener.remaining(step, remaining);
                }
            }
        }
        return last;
    }
}
