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
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

    /** By task: the block around it, empty if there is none. */
    private final Map<Queue.Task, Optional<Block>> known = new ConcurrentHashMap<>();

    private final Map<Queue.Task, Boolean> asked = new ConcurrentHashMap<>();

    static QueueGate get() {
        return ExtensionList.lookupSingleton(QueueGate.class);
    }

    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
            return null;
        }
        Optional<Block> block = known.get(task);
        if (block == null) {
            if (Allocations.get().isEmpty() || isOfAnotherBuild(task)) {
                return null;
            }
            if (asked.putIfAbsent(task, true) == null) {
                Computer.threadPoolForRemoting.execute(() -> find(task));
            }
            return new Unknown();
        }
        return block.filter(b -> !b.ready && !b.closed).map(Waiting::new).orElse(null);
    }

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        if (!(item.task instanceof ExecutorStepExecution.PlaceholderTask task)) {
            return null;
        }
        Block block = known.getOrDefault(task, Optional.empty()).orElse(null);
        if (block == null || block.closed) {
            return null;
        }
        Allocation held = block.allocation;
        if (held == null || !block.ready) {
            return new Waiting(block);
        }
        return held.machine().equals(Places.name(node)) ? null : new Elsewhere(held);
    }

    /** Whether an item belongs to a block and that block may start. */
    boolean isGranted(Queue.Item item) {
        return JobGate.get().isGranted(item)
                || known.getOrDefault(item.task, Optional.empty())
                        .filter(b -> b.ready)
                        .isPresent();
    }

    /** Whether what an executor does is the body of a block. */
    boolean isOurs(Queue.Executable executable) {
        return JobGate.get().isOurs(executable)
                || (executable.getParent() instanceof Queue.Task task
                        && known.getOrDefault(task, Optional.empty()).isPresent());
    }

    private static boolean isOfAnotherBuild(ExecutorStepExecution.PlaceholderTask task) {
        Run<?, ?> run = task.run();
        return run != null && !Allocations.get().concerns(run.getExternalizableId());
    }

    /** Finds the block around a task; not to be called in the queue's lock. */
    private void find(ExecutorStepExecution.PlaceholderTask task) {
        try {
            Run<?, ?> run = task.runForDisplay();
            Allocations allocations = Allocations.get();
            Optional<Block> block = Optional.empty();
            if (run != null && allocations.concerns(run.getExternalizableId())) {
                FlowNode node = task.getNode();
                block = allocations.find(run.getExternalizableId(), node.getAllEnclosingIds());
                // a block inside of a node begins when it has its devices; its own nodes are free
                block = block.filter(b -> b.machine().isEmpty());
            }
            known.put(task, block);
            asked.remove(task);
            block.ifPresent(b -> allocations.ask(b, Places.label(task.getAssignedLabel())));
            var unused = Jenkins.get().getQueue().scheduleMaintenance();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot find the block of " + task.getFullDisplayName() + " yet");
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Computer.threadPoolForRemoting)
                    .execute(() -> find(task));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Holds a block's node back again, unless an executor has been found for it meanwhile.
     *
     * @return false if it has been, so that the block is to keep what it holds
     */
    boolean holdBack(Block block) {
        Queue queue = Jenkins.get().getQueue();
        try {
            return Queue.withLock((Callable<Boolean>) () -> {
                boolean starts = block.entered
                        || JobGate.get().isPending(block)
                        || known.entrySet().stream()
                                .filter(e -> e.getValue().orElse(null) == block)
                                .anyMatch(e -> queue.getItem(e.getKey()) instanceof Queue.BuildableItem item
                                        && item.isPending());
                block.ready = starts;
                return !starts;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Forgets what belongs to blocks that are over. */
    void forget(Block block) {
        known.values().removeIf(b -> b.orElse(null) == block);
    }

    /** Why an item is held of which it is not known whether it belongs to a block. */
    private static final class Unknown extends CauseOfBlockage {
        @Override
        public String getShortDescription() {
            return "LLMOS looks whether this is to wait for devices";
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
            return "its devices are on " + held.machine();
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
            Optional<Block> block = gate.known.get(task);
            if (block == null) {
                return;
            }
            if (block.isEmpty() || item.isCancelled()) {
                gate.known.remove(task);
            } else {
                Allocations.get().entered(block.get());
            }
        }
    }
}
