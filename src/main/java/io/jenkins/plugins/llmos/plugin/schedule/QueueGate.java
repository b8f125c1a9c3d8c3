package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;

/**
 * Lets a {@code node} inside of {@code llmosSchedule} start only when its block has its devices, and only where they are.
 * Jenkins asks this with the queue's lock, so it answers from memory; whether an item belongs to a block is found out
 * beside the lock, once.
 */
@Extension
public final class QueueGate extends QueueTaskDispatcher {
    private static final Logger LOGGER = Logger.getLogger(QueueGate.class.getName());

    /** What each task is to LLMOS. Of two tasks of one node that are equal to Jenkins, one may be left over from a crash. */
    private final Map<Queue.Task, Role> roles = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Set<Queue.Task> sought =
            Collections.newSetFromMap(Collections.synchronizedMap(new IdentityHashMap<>()));

    /**
     * What a task is to LLMOS.
     *
     * @param block the block around it, null if there is none
     * @param never whether it is never to start
     */
    private record Role(Block block, boolean never) {
        static final Role FREE = new Role(null, false);
        static final Role NEVER = new Role(null, true);
    }

    static QueueGate get() {
        return ExtensionList.lookupSingleton(QueueGate.class);
    }

    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
            return null;
        }
        Role role = roles.get(task);
        if (role == null) {
            if (Allocations.get().isEmpty()) {
                return null;
            }
            if (isOfAnotherBuild(task)) {
                roles.put(task, Role.FREE);
                return null;
            }
            if (sought.add(task)) {
                Computer.threadPoolForRemoting.execute(() -> find(item, task));
            }
            return new Unknown();
        }
        if (role.never) {
            return new LeftOver();
        }
        return role.block == null || role.block.open() || role.block.closed ? null : new Waiting(role.block);
    }

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
            return null;
        }
        Role role = roles.getOrDefault(task, Role.FREE);
        if (role.never) {
            return new LeftOver();
        }
        Block block = role.block;
        if (block == null || block.closed) {
            return null;
        }
        Allocation held = block.allocation;
        if (held == null || !block.open()) {
            return new Waiting(block);
        }
        return held.machine().equals(Places.name(node)) ? null : new Elsewhere(held);
    }

    /** Whether an item belongs to a block and that block may start. */
    boolean isGranted(Queue.Item item) {
        if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
            return JobGate.get().isGranted(item);
        }
        Block block = roles.getOrDefault(task, Role.FREE).block;
        return block != null && block.open();
    }

    /** Whether what an executor does is the body of a block. */
    boolean isOurs(Queue.Executable executable) {
        return JobGate.get().isOurs(executable)
                || (executable.getParent() instanceof Queue.Task task
                        && roles.getOrDefault(task, Role.FREE).block != null);
    }

    private static boolean isOfAnotherBuild(ExecutorStepExecution.PlaceholderTask task) {
        Run<?, ?> run = task.run();
        return run != null && !Allocations.get().concerns(run.getExternalizableId());
    }

    /** Finds out what a task is; not to be called in the queue's lock. */
    private void find(Queue.Item item, ExecutorStepExecution.PlaceholderTask task) {
        try {
            Run<?, ?> run = task.runForDisplay();
            Role role = run == null || !Allocations.get().concerns(run.getExternalizableId())
                    ? Role.FREE
                    : role(item, task, run.getExternalizableId());
            if (role == null) {
                findLater(item, task);
                return;
            }
            roles.put(task, role);
            sought.remove(task);
            if (role.block != null) {
                Allocations.get().ask(role.block, Places.label(task.getAssignedLabel()));
            }
            if (role.block == null ? Jenkins.get().getQueue().getItem(item.getId()) == null : role.block.closed) {
                // it has left meanwhile, and nobody else will forget it
                roles.remove(task);
            }
            var unused = Jenkins.get().getQueue().scheduleMaintenance();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot find the block of " + task.getFullDisplayName() + " yet");
            findLater(item, task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void findLater(Queue.Item item, ExecutorStepExecution.PlaceholderTask task) {
        if (Jenkins.get().getQueue().getItem(item.getId()) == null) {
            sought.remove(task);
            return;
        }
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Computer.threadPoolForRemoting)
                .execute(() -> find(item, task));
    }

    /** Null if it is too early to tell. */
    private static Role role(Queue.Item item, ExecutorStepExecution.PlaceholderTask task, String run)
            throws IOException, InterruptedException {
        FlowNode node = task.getNode();
        return switch (RestoredItems.get().state(item, task, node)) {
            case UNKNOWN -> null;
            case BEGUN -> Role.NEVER;
            // a block inside of a node begins when it has its devices; its own nodes are free
            case WAITS ->
                Allocations.get()
                        .find(run, node.getAllEnclosingIds())
                        .filter(b -> b.machine().isEmpty())
                        .map(b -> new Role(b, false))
                        .orElse(Role.FREE);
        };
    }

    /** Whether a block's node waits in the queue or is at work, or may be. */
    boolean hasTask(Block block) {
        synchronized (roles) {
            if (roles.values().stream().anyMatch(r -> r.block == block)) {
                return true;
            }
        }
        return !sought.isEmpty();
    }

    /**
     * Holds a block's node back again, unless an executor has been found for it meanwhile.
     *
     * @return false if it has been, so that the block is to keep what it holds
     */
    boolean holdBack(Block block) {
        Queue queue = Jenkins.get().getQueue();
        List<Queue.Task> tasks;
        synchronized (roles) {
            tasks = roles.entrySet().stream()
                    .filter(e -> e.getValue().block == block)
                    .map(Map.Entry::getKey)
                    .toList();
        }
        try {
            return Queue.withLock((Callable<Boolean>) () -> {
                boolean starts = block.entered
                        || JobGate.get().isPending(block)
                        || tasks.stream()
                                .anyMatch(
                                        t -> queue.getItem(t) instanceof Queue.BuildableItem item && item.isPending());
                block.ready = starts;
                return !starts;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Forgets what belongs to blocks that are over. */
    void forget(Block block) {
        roles.values().removeIf(r -> r.block == block);
    }

    /** Why an item is held of which it is not known whether it belongs to a block. */
    private static final class Unknown extends CauseOfBlockage {
        @Override
        public String getShortDescription() {
            return Texts.of("wait.unknown");
        }
    }

    /** Why an item is held whose node has begun with another item, or is over. */
    private static final class LeftOver extends CauseOfBlockage {
        @Override
        public String getShortDescription() {
            return Texts.of("wait.leftOver");
        }
    }

    /** Why an item is held that waits for devices. */
    private static final class Waiting extends CauseOfBlockage {
        private final Block block;

        Waiting(Block block) {
            this.block = block;
        }

        @Override
        public String getShortDescription() {
            return WaitingText.of(block);
        }
    }

    /** Why an item may not go to a node. */
    private static final class Elsewhere extends CauseOfBlockage {
        private final Allocation held;

        Elsewhere(Allocation held) {
            this.held = held;
        }

        @Override
        public String getShortDescription() {
            return Texts.of("wait.elsewhere", EngineTexts.place(held.machine()));
        }
    }

    /** Sees items leave the queue. */
    @Extension
    public static final class Leavings extends QueueListener {
        @Override
        public void onLeft(Queue.LeftItem item) {
            if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
                return;
            }
            QueueGate gate = get();
            Role role = gate.roles.get(task);
            if (role == null) {
                return;
            }
            if (role.block == null || item.isCancelled()) {
                gate.roles.remove(task);
            } else {
                Allocations.get().entered(role.block);
            }
        }
    }
}
