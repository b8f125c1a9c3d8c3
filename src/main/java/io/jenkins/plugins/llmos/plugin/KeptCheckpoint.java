package io.jenkins.plugins.llmos.plugin;

import hudson.Extension;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the controller keeps of a training while its build runs, so that the next attempt can go on from it on any machine:
 * a folder below {@code llmos/checkpoints} of the build. Not for use by two trainings at once, see {@link #claim}.
 */
final class KeptCheckpoint {
    private static final Logger LOGGER = Logger.getLogger(KeptCheckpoint.class.getName());
    private static final String CHECKPOINT = ControlFolder.PORTABLE.get(ControlFolder.PORTABLE.size() - 1);

    /** Which training uses which folder. */
    private static final Map<String, String> CLAIMS = new ConcurrentHashMap<>();

    /** Which trainer left the checkpoint, if it left nothing behind that is not here. */
    private static final String LEFT_BY = "left-by";

    private final FilePath folder;

    /** @param key of the training in its build */
    KeptCheckpoint(Run<?, ?> build, String key) {
        folder = new FilePath(new File(all(build), key));
    }

    private static File all(Run<?, ?> build) {
        return new File(build.getRootDir(), "llmos/checkpoints");
    }

    /** Whether this training may use the folder; not if another one with the same key, side by side, does. */
    boolean claim(String trainer) {
        return CLAIMS.merge(folder.getRemote(), trainer, (old, any) -> old).equals(trainer);
    }

    void release(String trainer) {
        CLAIMS.remove(folder.getRemote(), trainer);
    }

    boolean exists() throws IOException, InterruptedException {
        return folder.child(CHECKPOINT).exists();
    }

    /**
     * Hands what is kept to a new control folder.
     *
     * @param again whether this is a later attempt of a block, in which a training that is done is not repeated
     */
    void restore(FilePath control, boolean again) throws IOException, InterruptedException {
        boolean goesOn = exists();
        for (String name : ControlFolder.PORTABLE) {
            FilePath kept = folder.child(name);
            if (kept.exists() && (goesOn || (again && name.equals(ControlFolder.ID)))) {
                kept.copyTo(control.child(name));
            }
        }
    }

    /**
     * Takes a copy, written beside and renamed, the checkpoint last. It is copied first, so that the number of released
     * steps is not older than it.
     *
     * @param most bytes of a checkpoint to take
     * @return null, or why there is no copy
     */
    String take(FilePath control, long most) throws IOException, InterruptedException {
        FilePath checkpoint = control.child(CHECKPOINT);
        if (!checkpoint.exists()) {
            return null;
        }
        long size = checkpoint.length();
        if (size > most) {
            return "its checkpoint has " + Units.formatBytes(size) + ", and the controller keeps "
                    + Units.formatBytes(most) + " at most";
        }
        folder.child(LEFT_BY).delete();
        List<String> names = new ArrayList<>(ControlFolder.PORTABLE);
        Collections.reverse(names);
        for (String name : names) {
            FilePath from = control.child(name);
            if (from.exists()) {
                from.copyTo(folder.child(name + ".part"));
            }
        }
        for (String name : ControlFolder.PORTABLE) {
            FilePath beside = folder.child(name + ".part");
            if (beside.exists()) {
                FilePath to = folder.child(name);
                to.delete();
                beside.renameTo(to);
            }
        }
        return null;
    }

    /** Notes that a trainer has ended and left all that it knew here. */
    void leftBy(String trainer) throws IOException, InterruptedException {
        folder.child(LEFT_BY).write(trainer, StandardCharsets.UTF_8.name());
    }

    /** The trainer that has left all that it knew here; null if there is none. */
    String leftBy() throws IOException, InterruptedException {
        FilePath file = folder.child(LEFT_BY);
        return exists() && file.exists() ? file.readToString() : null;
    }

    /** Keeps of a training that is done only which one it was. */
    void done(FilePath control) throws IOException, InterruptedException {
        folder.deleteRecursive();
        FilePath id = control.child(ControlFolder.ID);
        if (id.exists()) {
            id.copyTo(folder.child(ControlFolder.ID));
        }
    }

    void delete() throws IOException, InterruptedException {
        folder.deleteRecursive();
    }

    /** Removes what a build kept when it is over. */
    @Extension
    public static final class Removal extends RunListener<Run<?, ?>> {
        @Override
        public void onFinalized(Run<?, ?> build) {
            File all = KeptCheckpoint.all(build);
            if (all.exists()) {
                try {
                    new FilePath(all).deleteRecursive();
                } catch (IOException e) {
                    LOGGER.log(Level.WARNING, e, () -> "cannot remove " + all);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
