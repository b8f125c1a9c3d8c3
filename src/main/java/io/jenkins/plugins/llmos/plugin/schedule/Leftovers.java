package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Bodies that were given up while their agents were away. What they had started may still run there, and use devices, when
 * the agent is back, so nothing is given there before that has ended. Thread-safe.
 */
final class Leftovers {
    private static final Logger LOGGER = Logger.getLogger(Leftovers.class.getName());
    /** In the environment of all that a body starts. */
    private static final String MARK = "LLMOS_BLOCK";

    private final Map<String, Set<String>> marks = new ConcurrentHashMap<>();
    private final Set<String> beingCleaned = ConcurrentHashMap.newKeySet();

    /** By what the processes of a block's present attempt are known. */
    static Map<String, String> mark(Block block) {
        return Map.of(MARK, block.key() + "." + block.attempt);
    }

    /** An attempt is given up; if its agent is away, its processes are to be ended when that is back. */
    void leave(Block block) {
        Allocation held = block.allocation;
        Computer computer = held == null ? null : Places.computer(held.machine());
        if (computer != null && computer.isOffline()) {
            marks.computeIfAbsent(held.machine(), m -> ConcurrentHashMap.newKeySet())
                    .add(mark(block).get(MARK));
        }
    }

    /** Whether something may still run on a machine. */
    boolean on(String machine) {
        return marks.containsKey(machine);
    }

    /** Begins to end what is left on machines that are back. */
    void clean() {
        for (String machine : marks.keySet()) {
            Computer computer = Places.computer(machine);
            if (computer == null) {
                marks.remove(machine);
            } else if (!computer.isOffline() && beingCleaned.add(machine)) {
                Computer.threadPoolForRemoting.execute(() -> clean(machine));
            }
        }
    }

    private void clean(String machine) {
        try {
            Node node = Places.node(machine);
            Set<String> left = marks.get(machine);
            if (node != null && left != null) {
                for (String mark : Set.copyOf(left)) {
                    node.createLauncher(TaskListener.NULL).kill(Map.of(MARK, mark));
                    left.remove(mark);
                }
                marks.computeIfPresent(machine, (m, rest) -> rest.isEmpty() ? null : rest);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot end what is left on " + machine + " yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            beingCleaned.remove(machine);
        }
    }
}
