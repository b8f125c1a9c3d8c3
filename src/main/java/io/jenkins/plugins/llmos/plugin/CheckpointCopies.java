package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import java.io.IOException;
import java.io.PrintStream;

/** Copies a training's checkpoints to the controller at a rate that disturbs neither. Not for use by several threads. */
final class CheckpointCopies {
    /** Of the time, at most one part in so many goes into copying. */
    private static final long PARTS = 20;

    private final KeptCheckpoint kept;
    private final String name;
    private boolean due;
    private boolean refused;
    private long next = System.nanoTime();

    /** @param name of the training, for the log */
    CheckpointCopies(KeptCheckpoint kept, String name) {
        this.kept = kept;
        this.name = name;
    }

    /** There is a new checkpoint. */
    void changed() {
        due = true;
    }

    /** Copies the checkpoint if it is new and the last copy is long enough ago. */
    void copyIfDue(FilePath control, PrintStream log) throws InterruptedException {
        if (due && System.nanoTime() - next >= 0) {
            var unused = copy(control, log);
        }
    }

    /** Copies the checkpoint, and returns whether it did. What cannot be copied is told and does no other harm. */
    boolean copy(FilePath control, PrintStream log) throws InterruptedException {
        long begun = System.nanoTime();
        boolean copied = false;
        due = false;
        try {
            String why = kept.take(control, TrainSettings.largestCheckpoint());
            copied = why == null && kept.exists();
            if (why != null && !refused) {
                refused = true;
                log.println(name + ": " + why + ". Another agent would begin this training anew.");
            }
        } catch (IOException e) {
            due = true;
            log.println(name + ": its checkpoint could not be copied to the controller (" + e.getMessage() + ").");
        }
        long took = System.nanoTime() - begun;
        next = begun + Math.max(TrainSettings.betweenCopies().toNanos(), PARTS * took);
        return copied;
    }
}
