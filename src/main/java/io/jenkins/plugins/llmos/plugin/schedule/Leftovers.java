package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Bodies that were given up. What they had started may still run, and use devices: a process that was just being started
 * when its step was stopped, one that ignores the signal, or all of them if the agent was away. So nothing is given on
 * their machine before that has ended, which may be when the agent is back; and the folders of those that ended while it
 * was away are removed then. Thread-safe.
 */
final class Leftovers {
    private static final Logger LOGGER = Logger.getLogger(Leftovers.class.getName());
    /** In the environment of all that a body starts. */
    private static final String MARK = "LLMOS_BLOCK";

    private final Map<String, Set<String>> marks = new ConcurrentHashMap<>();
    /** Keys of blocks that are over, by the machine that has their checkpoints. */
    private final Map<String, Set<String>> folders = new ConcurrentHashMap<>();

    private final Set<String> beingCleaned = ConcurrentHashMap.newKeySet();
    private final Runnable cleaned;

    /** @param cleaned is run whenever nothing is left on a machine any more */
    Leftovers(Runnable cleaned) {
        this.cleaned = cleaned;
    }

    /** By what the processes of a block's present attempt are known. */
    static Map<String, String> mark(Block block) {
        return Map.of(MARK, block.key() + "." + block.attempt);
    }

    /** Whether the agent of a block's devices is away, so that nobody knows what still runs there. */
    static boolean isAway(Block block) {
        Allocation held = block.allocation;
        Computer computer = held == null ? null : Places.computer(held.machine());
        return computer != null && computer.isOffline();
    }

    /** An attempt is given up; its processes are to be ended, if its agent is away when that is back. */
    void leave(Block block) {
        Allocation held = block.allocation;
        if (held != null && Places.computer(held.machine()) != null) {
            add(marks, held.machine(), mark(block).get(MARK));
        }
    }

    /** The folder of a block that is over is to be removed when the agent is back. */
    void leaveFolder(Block block, String machine) {
        add(folders, machine, block.key());
    }

    /** Whether something may still run on a machine. */
    boolean on(String machine) {
        return marks.containsKey(machine);
    }

    /** Begins to end what is left on machines that are back. */
    void clean() {
        Set<String> machines = new HashSet<>(marks.keySet());
        machines.addAll(folders.keySet());
        for (String machine : machines) {
            Computer computer = Places.computer(machine);
            if (computer == null) {
                marks.remove(machine);
                folders.remove(machine);
            } else if (!computer.isOffline() && beingCleaned.add(machine)) {
                Computer.threadPoolForRemoting.execute(() -> clean(machine));
            }
        }
    }

    private void clean(String machine) {
        try {
            Node node = Places.node(machine);
            if (node == null) {
                return;
            }
            Launcher launcher = node.createLauncher(TaskListener.NULL);
            while (marks.containsKey(machine)) {
                for (String mark : marks.getOrDefault(machine, Set.of())) {
                    // a process may start another after the list of all was made, and be ended only then
                    launcher.kill(Map.of(MARK, mark));
                    launcher.kill(Map.of(MARK, mark));
                    done(marks, machine, mark);
                }
            }
            cleaned.run();
            for (String key : folders.getOrDefault(machine, Set.of())) {
                Checkpoints.remove(key, node);
                done(folders, machine, key);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(
                    Level.INFO,
                    e,
                    () -> "Cannot end yet what is left on " + machine + "; no device of it is given until then");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            beingCleaned.remove(machine);
        }
    }

    private static void add(Map<String, Set<String>> open, String machine, String one) {
        open.compute(machine, (m, all) -> {
            Set<String> more = all == null ? ConcurrentHashMap.newKeySet() : all;
            more.add(one);
            return more;
        });
    }

    private static void done(Map<String, Set<String>> open, String machine, String one) {
        open.computeIfPresent(machine, (m, all) -> {
            all.remove(one);
            return all.isEmpty() ? null : all;
        });
    }
}
