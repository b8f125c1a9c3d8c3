package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.EnvVars;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.EnvironmentContributor;
import hudson.model.Job;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;

/**
 * Lets a build of a job that has {@link AcceleratorsProperty} start only when it has its devices, and only where they are.
 * Its block is made when Jenkins first asks for its item and ends with the build. Nothing of it is kept on disk: such a build
 * ends with its controller, and an item that is still in the queue then asks anew.
 */
@Extension
public final class JobGate extends QueueTaskDispatcher {
    private static final long PAUSE_SECONDS = 5;

    /** By id of the item, which the build keeps. */
    private final Map<Long, Block> blocks = new ConcurrentHashMap<>();
    /** Items for which a block is made, or could not be, and why. */
    private final Map<Long, String> without = new ConcurrentHashMap<>();

    static JobGate get() {
        return ExtensionList.lookupSingleton(JobGate.class);
    }

    private static AcceleratorsProperty property(Queue.Task task) {
        return task instanceof Job<?, ?> job ? job.getProperty(AcceleratorsProperty.class) : null;
    }

    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        AcceleratorsProperty property = property(item.task);
        if (property == null) {
            return null;
        }
        Block block = blocks.get(item.getId());
        if (block == null) {
            String why = without.putIfAbsent(item.getId(), "");
            if (why == null) {
                Computer.threadPoolForRemoting.execute(() -> open(item, property));
            }
            return new Waiting(why == null || why.isEmpty() ? Texts.of("wait.looks") : EngineTexts.of(why));
        }
        return block.ready || block.closed ? null : new Waiting(WaitingText.of(block));
    }

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        if (property(item.task) == null) {
            return null;
        }
        Block block = blocks.get(item.getId());
        Allocation held = block == null ? null : block.allocation;
        if (held == null || !block.ready) {
            return new Waiting(block == null ? Texts.of("wait.looks") : WaitingText.of(block));
        }
        return held.machine().equals(Places.name(node))
                ? null
                : new Waiting(Texts.of("wait.elsewhere", EngineTexts.place(held.machine())));
    }

    /** Makes the block of an item; not to be called in the queue's lock. */
    private void open(Queue.Item item, AcceleratorsProperty property) {
        long id = item.getId();
        Job<?, ?> job = (Job<?, ?>) item.task;
        try {
            Map<String, Object> arguments = property.arguments();
            String pool = ScheduleArguments.pool(arguments).orElse(Pool.DEFAULT);
            LlmosConfiguration.get().check(pool);
            Block block = new Block(new Block.Facts(
                    UUID.randomUUID().toString(),
                    // No build has this number: there is none yet.
                    job.getFullName() + "#0",
                    "",
                    job.getFullName(),
                    job.getFullName() + " (waiting as " + id + ")",
                    pool,
                    arguments,
                    "",
                    null,
                    1,
                    List.of(),
                    null,
                    Instant.now(),
                    List.of()));
            blocks.put(id, block);
            Allocations.get().open(block);
            if (Jenkins.get().getQueue().getItem(id) == null) {
                // It has left meanwhile, and nobody else will end its block.
                close(id, Outcome.FAILED);
                return;
            }
            Allocations.get().ask(block, Places.label(item.task.getAssignedLabel()));
            without.remove(id);
        } catch (InvalidInputException e) {
            without.put(id, e.getMessage());
            CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS, Computer.threadPoolForRemoting)
                    .execute(() -> without.remove(id));
        }
        var unused = Jenkins.get().getQueue().scheduleMaintenance();
    }

    private void close(long id, Outcome outcome) {
        without.remove(id);
        Block block = blocks.remove(id);
        if (block != null) {
            Allocations.get().close(block, outcome);
        }
    }

    /** The block of a build, or null. */
    private Block block(Run<?, ?> run) {
        return blocks.get(run.getQueueId());
    }

    /** Whether what an executor does is a build that has a block. */
    boolean isOurs(Queue.Executable executable) {
        return executable instanceof Run<?, ?> run && block(run) != null;
    }

    /** Whether an item has its devices. */
    boolean isGranted(Queue.Item item) {
        Block block = blocks.get(item.getId());
        return block != null && block.ready;
    }

    /** Whether an executor has been found for the item of a block. */
    boolean isPending(Block block) {
        return blocks.entrySet().stream()
                .filter(e -> e.getValue() == block)
                .anyMatch(e -> Jenkins.get().getQueue().getItem(e.getKey()) instanceof Queue.BuildableItem item
                        && item.isPending());
    }

    /** Whether neither the item nor the build of a block is there any more. */
    boolean isOver(Block block) {
        if (!block.owner.equals(block.run())) {
            return true;
        }
        return blocks.entrySet().stream()
                .filter(e -> e.getValue() == block)
                .noneMatch(e -> block.entered || Jenkins.get().getQueue().getItem(e.getKey()) != null);
    }

    /** Why an item waits. */
    private static final class Waiting extends CauseOfBlockage {
        private final String text;

        Waiting(String text) {
            this.text = text;
        }

        @Override
        public String getShortDescription() {
            return text;
        }
    }

    /** Sees items leave the queue. */
    @Extension
    public static final class Leavings extends QueueListener {
        @Override
        public void onLeft(Queue.LeftItem item) {
            JobGate gate = get();
            Block block = gate.blocks.get(item.getId());
            if (block == null) {
                gate.without.remove(item.getId());
            } else if (item.isCancelled()) {
                gate.close(item.getId(), Outcome.FAILED);
            } else {
                Allocations.get().entered(block);
            }
        }
    }

    /** Shows a build what it holds. */
    @Extension
    public static final class Environment extends EnvironmentContributor {
        @Override
        @SuppressWarnings("rawtypes")
        public void buildEnvironmentFor(Run run, EnvVars env, TaskListener listener) {
            Block block = get().block(run);
            if (block != null) {
                env.overrideAll(block.environment());
            }
        }
    }

    /** Sees builds begin and end. */
    @Extension
    public static final class Builds extends RunListener<Run<?, ?>> {
        @Override
        public void onStarted(Run<?, ?> run, TaskListener listener) {
            Block block = get().block(run);
            Allocation held = block == null ? null : block.allocation;
            if (held != null) {
                block.owner = run.getExternalizableId();
                block.title = run.getFullDisplayName();
                listener.getLogger().println("LLMOS: the build holds " + DevicesAction.words(held));
                DevicesAction.hold(run, held);
            }
        }

        @Override
        public void onFinalized(Run<?, ?> run) {
            Result result = run.getResult();
            boolean done = result != null && result.isBetterOrEqualTo(Result.UNSTABLE);
            get().close(run.getQueueId(), done ? Outcome.COMPLETED : Outcome.FAILED);
        }

        @Override
        public void onDeleted(Run<?, ?> run) {
            get().close(run.getQueueId(), Outcome.FAILED);
        }
    }
}
