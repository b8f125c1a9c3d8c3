package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import hudson.model.Run;
import java.io.IOException;
import java.io.PrintStream;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** What the controller keeps of the training of one step: nothing if a twin that trains the same beside it has that. */
final class StepCheckpoint {
    private final String trainer;
    private final KeptCheckpoint kept;
    private final CheckpointCopies copies;

    private StepCheckpoint(String trainer, KeptCheckpoint kept, String name) {
        this.trainer = trainer;
        this.kept = kept;
        this.copies = kept == null ? null : new CheckpointCopies(kept, name);
    }

    /**
     * The checkpoint of a step.
     *
     * @param key of the training in its build, null if nothing is to be kept
     * @param trainer id of its trainer
     * @param name of the training, for the log
     */
    static StepCheckpoint of(StepContext context, String key, String trainer, String name)
            throws IOException, InterruptedException {
        KeptCheckpoint kept = key == null ? null : new KeptCheckpoint(context.get(Run.class), key);
        return new StepCheckpoint(trainer, kept, name);
    }

    /** Returns whether this is the one that may keep it. */
    boolean claim() {
        return kept != null && kept.claim(trainer);
    }

    void release() {
        if (kept != null) {
            kept.release(trainer);
        }
    }

    boolean exists() throws IOException, InterruptedException {
        return kept != null && kept.exists();
    }

    /** See {@link KeptCheckpoint#restore}. */
    void restore(FilePath control, boolean again) throws IOException, InterruptedException {
        if (kept != null) {
            kept.restore(control, again);
        }
    }

    /** The trainer that has left all that it knew here; null if there is none. */
    String leftBy() throws IOException, InterruptedException {
        return kept == null ? null : kept.leftBy();
    }

    /** There is a new checkpoint on the agent. */
    void changed() {
        if (copies != null) {
            copies.changed();
        }
    }

    void copyIfDue(FilePath control, PrintStream log) throws InterruptedException {
        if (copies != null) {
            copies.copyIfDue(control, log);
        }
    }

    /** Copies the checkpoint, and returns whether it did. */
    boolean copy(FilePath control, PrintStream log) throws InterruptedException {
        return copies != null && copies.copy(control, log);
    }

    /** Takes the last copy: the trainer has left all that it knew. */
    void left(FilePath control, PrintStream log) throws IOException, InterruptedException {
        if (copy(control, log)) {
            kept.leftBy(trainer);
        }
    }

    /** The training is done. */
    void done(FilePath control) throws IOException, InterruptedException {
        if (kept != null) {
            kept.done(control);
        }
    }

    void delete() throws IOException, InterruptedException {
        if (kept != null) {
            kept.delete();
        }
    }
}
