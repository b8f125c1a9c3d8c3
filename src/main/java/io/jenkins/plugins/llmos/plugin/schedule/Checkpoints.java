package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import hudson.util.DirScanner;
import java.io.File;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The folder in which a body keeps what its next attempt goes on from. It lies under the agent's root; after an attempt
 * it is copied to the build's folder on the controller, and from there to the agent of the next one. All of this does I/O
 * and is never to be done in the queue's lock.
 */
final class Checkpoints {
    private static final Logger LOGGER = Logger.getLogger(Checkpoints.class.getName());

    private Checkpoints() {}

    /**
     * Puts the folder where the next attempt finds it.
     *
     * @return its path on the agent
     * @throws IOException if the agent is away
     */
    static String stage(Block block, Node node) throws IOException, InterruptedException {
        FilePath folder = folder(block, node);
        FilePath kept = kept(block);
        boolean here = block.lastVisited().equals(Places.name(node)) && folder.exists();
        if (!here) {
            folder.deleteRecursive();
            folder.mkdirs();
            if (kept != null && kept.exists()) {
                // the scanner puts the folder's name, the block's key on both sides, before all that is in it
                kept.copyRecursiveTo(new DirScanner.Full(), folder.getParent(), "checkpoints");
            }
        }
        return folder.getRemote();
    }

    /** Copies the folder to the controller; what was copied before stays if the agent is away. */
    static void save(Block block) {
        String last = block.lastVisited();
        Node node = Places.node(last);
        FilePath kept = kept(block);
        if (node == null || kept == null || block.facts().visited().isEmpty()) {
            return;
        }
        try {
            FilePath folder = folder(block, node);
            if (!folder.exists() || folder.list().isEmpty()) {
                return;
            }
            FilePath part = kept.getParent().child(kept.getName() + ".part");
            part.deleteRecursive();
            part.mkdirs();
            folder.copyRecursiveTo(new DirScanner.Full(), part, "checkpoints");
            kept.deleteRecursive();
            part.child(folder.getName()).renameTo(kept);
            part.deleteRecursive();
        } catch (IOException e) {
            LOGGER.info(() -> "The checkpoints of " + block + " stay on " + last + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes the folder everywhere. */
    static void remove(Block block) {
        for (String name : block.facts().visited()) {
            Node node = Places.node(name);
            if (node != null) {
                try {
                    remove(block.key(), node);
                } catch (IOException e) {
                    LOGGER.log(Level.FINE, e, () -> "The checkpoints of " + block + " are left on " + name);
                    Allocations.get().leftovers().leaveFolder(block, name);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        FilePath kept = kept(block);
        if (kept != null) {
            try {
                kept.deleteRecursive();
            } catch (IOException e) {
                LOGGER.log(Level.INFO, e, () -> "The checkpoints of " + block + " are left in " + kept.getRemote());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes the folder of a block that is over from one agent. */
    static void remove(String key, Node node) throws IOException, InterruptedException {
        folder(key, node).deleteRecursive();
    }

    private static FilePath folder(Block block, Node node) throws IOException {
        return folder(block.key(), node);
    }

    private static FilePath folder(String key, Node node) throws IOException {
        FilePath root = node.getRootPath();
        if (root == null) {
            throw new IOException(node.getDisplayName() + " is away");
        }
        return root.child("llmos").child("checkpoints").child(key);
    }

    /** Null if the build is gone. */
    private static FilePath kept(Block block) {
        Run<?, ?> run = Run.fromExternalizableId(block.run());
        return run == null
                ? null
                : new FilePath(new File(new File(run.getRootDir(), "llmos-checkpoints"), block.key()));
    }
}
