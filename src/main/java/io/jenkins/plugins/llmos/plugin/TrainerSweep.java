package io.jenkins.plugins.llmos.plugin;

import hudson.Extension;
import hudson.FilePath;
import hudson.init.InitMilestone;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Removes what trainings left on a machine that was away when they were aborted, given up or their build ended: whenever an
 * agent connects and whenever a training starts there.
 */
@Extension
public final class TrainerSweep extends ComputerListener {
    private static final Logger LOGGER = Logger.getLogger(TrainerSweep.class.getName());
    private static final Duration UNUSED_JARS = Duration.ofDays(30);

    /** Trainers that nobody waits for, though their builds may still run. */
    private static final Set<String> GIVEN_UP = ConcurrentHashMap.newKeySet();

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        Computer.threadPoolForRemoting.execute(() -> {
            Node node = computer.getNode();
            FilePath root = node == null ? null : node.getRootPath();
            if (root != null) {
                sweep(root);
            }
        });
    }

    static void giveUp(String id) {
        GIVEN_UP.add(id);
    }

    /** Ends one trainer and removes what it left. */
    static void end(FilePath root, String id) throws IOException, InterruptedException {
        root.act(new RegisteredTrainers.End(List.of(id)));
        GIVEN_UP.remove(id);
    }

    static void sweep(FilePath root) {
        if (Jenkins.get().getInitLevel() != InitMilestone.COMPLETED) {
            // Builds that have not been loaded yet would seem to be no more.
            return;
        }
        try {
            Map<String, String> builds =
                    root.act(new RegisteredTrainers.Builds(Jenkins.get().getLegacyInstanceId()));
            List<String> ended = builds.keySet().stream()
                    .filter(id -> GIVEN_UP.contains(id) || !isBuilding(builds.get(id)))
                    .toList();
            if (!ended.isEmpty()) {
                root.act(new RegisteredTrainers.End(ended));
                ended.forEach(GIVEN_UP::remove);
            }
            root.act(new RegisteredTrainers.RemoveJars(TrainerJars.names(), UNUSED_JARS));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot remove what trainings left in " + root.getRemote());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isBuilding(String id) {
        try {
            Run<?, ?> build = Run.fromExternalizableId(id);
            return build != null && build.isBuilding();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
