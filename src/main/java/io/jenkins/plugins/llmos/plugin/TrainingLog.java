package io.jenkins.plugins.llmos.plugin;

import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import java.io.PrintStream;
import java.time.Duration;

/** Shows a training in a build's log, with a line every few seconds, however fast the training tells of itself. */
final class TrainingLog {
    private static final long BETWEEN_LINES = Duration.ofSeconds(5).toNanos();

    private final String name;
    private long last = System.nanoTime() - BETWEEN_LINES;

    TrainingLog(String name) {
        this.name = name;
    }

    void show(TrainingEvent event, PrintStream log) {
        switch (event.type()) {
            case START -> log.println(ProgressText.start(name, event));
            case WARNING -> log.println(name + ": " + event.message());
            case DONE -> log.println(ProgressText.done(name, event.result()));
            case STEP, EPOCH -> {
                long now = System.nanoTime();
                if (now - last >= BETWEEN_LINES) {
                    last = now;
                    log.println(name + ": " + ProgressText.facts(event));
                }
            }
            case CHECKPOINT, YIELDED, ERROR -> {}
        }
    }
}
