package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The request to a trainer that it leave with a checkpoint; at most one needs to arrive. */
final class YieldRequest {
    private static final Logger LOGGER = Logger.getLogger(YieldRequest.class.getName());

    private final String training;
    private Instant begun;
    private boolean arrived;

    YieldRequest(String training) {
        this.training = training;
    }

    /** From now on the trainer has its time to leave. */
    synchronized void begin() {
        if (begun == null) {
            begun = Instant.now();
        }
    }

    /** Sends it, if it has not arrived yet and the trainer's machine is there. */
    synchronized void send(RemoteTrainer trainer) {
        FilePath control = trainer.control();
        if (arrived || control == null) {
            return;
        }
        try {
            control.act(new RequestYield());
            arrived = true;
            begin();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot ask " + training + " to leave " + trainer.place() + " yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the trainer should have left. */
    synchronized boolean overdue() {
        return begun != null && Instant.now().isAfter(begun.plus(TrainSettings.longestYield()));
    }
}
