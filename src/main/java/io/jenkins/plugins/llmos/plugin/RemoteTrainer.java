package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.io.Serializable;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Where a trainer is: its machine, its control folder and, once it runs, its process. */
final class RemoteTrainer implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(RemoteTrainer.class.getName());

    private final String node;
    private final String folder;
    private final String id;
    private RemoteProcess process;

    /**
     * @param node name of the machine, empty for the built-in one
     * @param control the control folder there
     * @param id the last part of its name, like no other
     */
    RemoteTrainer(String node, FilePath control, String id) {
        this.node = node;
        this.folder = control.getRemote();
        this.id = id;
    }

    String id() {
        return id;
    }

    synchronized RemoteProcess process() {
        return process;
    }

    synchronized void started(RemoteProcess running) {
        process = running;
    }

    /** Name of the machine, empty for the built-in one. */
    String node() {
        return node;
    }

    /** The machine for users. */
    String place() {
        return node.isEmpty() ? "the built-in node" : node;
    }

    /** The control folder, or null while its machine is away. */
    FilePath control() {
        Computer computer = Jenkins.get().getComputer(node);
        VirtualChannel channel = computer == null ? null : computer.getChannel();
        return channel == null ? null : new FilePath(channel, folder);
    }

    /** The folder that Jenkins has on the machine, or null while it is away. */
    FilePath root() {
        Computer computer = Jenkins.get().getComputer(node);
        Node machine = computer == null ? null : computer.getNode();
        return machine == null ? null : machine.getRootPath();
    }

    /** How many builds the machine runs at once. */
    int executors() {
        Computer computer = Jenkins.get().getComputer(node);
        return computer == null ? 1 : Math.max(1, computer.getNumExecutors());
    }

    /** Whether Jenkins does not know the machine any more. */
    boolean isRemoved() {
        return !node.isEmpty() && Jenkins.get().getNode(node) == null;
    }

    /** Ends the process, if it runs, and removes what it left; if the machine is away, as soon as it is back. */
    void end() {
        TrainerSweep.giveUp(id);
        FilePath root = root();
        try {
            if (root != null) {
                TrainerSweep.end(root, id);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot end the trainer " + folder + " on " + place() + " yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
