package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Terminator;
import hudson.model.Computer;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.Allocator;
import io.jenkins.plugins.llmos.engine.schedule.DurationHistory;
import io.jenkins.plugins.llmos.engine.schedule.ForecastRun;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import io.jenkins.plugins.llmos.plugin.agents.AgentDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * All blocks of this Jenkins and what they hold. Everything that decides or changes anything is done by one thread, so
 * callers, above all those that have the queue's lock, only read or leave a message.
 */
@Extension
public final class Allocations {
    private static final Logger LOGGER = Logger.getLogger(Allocations.class.getName());
    /** How long it may take at the end to do what is left to do. */
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private final Map<String, Block> blocks = new ConcurrentHashMap<>();
    private final Journal journal;
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final DurationHistory durations;
    private final Leftovers leftovers = new Leftovers(this::agentsChanged);
    private final Pools pools;
    private final PastJobs past;
    private final Staging staging;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "LLMOS allocations");
        thread.setDaemon(true);
        return thread;
    });

    public Allocations() {
        Path folder = Path.of(Jenkins.get().getRootDir().getPath()).resolve("llmos");
        durations = DurationHistory.open(folder.resolve("durations.json"), DurationHistory.LIMIT, LOGGER::warning);
        pools = new Pools(durations, new AllocationEvents(this), leftovers);
        past = new PastJobs(folder);
        journal = new Journal(folder.resolve("blocks"));
        staging = new Staging(this, journal);
        for (Block block : journal.read()) {
            block.unclaimed = true;
            blocks.put(block.key(), block);
        }
        // whoever calls after the end comes too late
        worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        later(this::awaitJenkins);
        later(this::restore);
        if (Jenkins.get().getInitLevel() == InitMilestone.COMPLETED) {
            loaded();
        }
    }

    /** Until the builds have been read there is no telling which blocks are over. */
    private void awaitJenkins() {
        try {
            loaded.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Jenkins has read its jobs and agents. */
    void loaded() {
        loaded.countDown();
    }

    /**
     * Ends the allocator's thread when Jenkins ends. Builds change nothing any more then, and what they have told is done
     * first; a Jenkins that starts in the same process finds the journal as it would after a crash.
     */
    @Terminator(requires = "FlowExecutionList.EXECUTIONS_SUSPENDED")
    public static void end() throws InterruptedException {
        Allocations allocations =
                ExtensionList.lookup(Allocations.class).stream().findFirst().orElse(null);
        if (allocations == null) {
            return;
        }
        allocations.worker.shutdown();
        if (!allocations.worker.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
            allocations.worker.shutdownNow();
        }
        HeldDevices.end();
    }

    static Allocations get() {
        return ExtensionList.lookupSingleton(Allocations.class);
    }

    /** Has the allocator's thread do something. */
    void later(Runnable task) {
        worker.execute(guarded(task));
    }

    /** The same after a while. */
    void later(Duration pause, Runnable task) {
        var unused = worker.schedule(guarded(task), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As Jenkins itself, since for a nobody who may not look at jobs their builds are not there. */
    @SuppressWarnings("try")
    private static Runnable guarded(Runnable task) {
        return () -> {
            try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
                task.run();
            } catch (RuntimeException | Error e) {
                LOGGER.log(Level.SEVERE, "The allocator of devices failed at something; it goes on", e);
            }
        };
    }

    // ---- read by anyone ----

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    Leftovers leftovers() {
        return leftovers;
    }

    /** The block of a key, or null. */
    Block block(String key) {
        return blocks.get(key);
    }

    /** All blocks that run or wait, in no order. */
    Collection<Block> blocks() {
        return Collections.unmodifiableCollection(blocks.values());
    }

    /** See {@link Allocator#forecast}, for a pool that was ever asked for. */
    List<ForecastRun> forecast(String pool) {
        return pools.known(pool).map(Allocator::forecast).orElse(List.of());
    }

    PastJobs past() {
        return past;
    }

    /** Whether a build has a block that runs. */
    boolean concerns(String run) {
        return blocks.values().stream().anyMatch(b -> b.owner.equals(run));
    }

    /** The innermost block of a build among those that enclose a node of its flow. */
    Optional<Block> find(String run, Iterable<String> enclosing) {
        for (String id : enclosing) {
            for (Block block : blocks.values()) {
                if (block.flowNode().equals(id) && block.run().equals(run)) {
                    return Optional.of(block);
                }
            }
        }
        return Optional.empty();
    }

    // ---- told by steps ----

    /** A block begins. It is on disk when this returns. */
    void open(Block block) {
        journal.write(block);
        blocks.put(block.key(), block);
    }

    /** A body asks for a node with a label. */
    void ask(Block block, String label) {
        later(() -> {
            if (block.closed || block.allocation != null || block.submitted) {
                return;
            }
            block.label = label;
            block.waitingSince = Instant.now();
            if (block.arrived == null) {
                block.arrived = block.waitingSince;
            }
            submit(block);
        });
    }

    private void submit(Block block) {
        block.submitted = true;
        block.place = null;
        refresh();
        Allocator pool = pools.of(block.pool());
        refresh();
        block.problem = WaitingText.problem(block, pool.fleet());
        pool.submit(block.request());
    }

    /** A body has ended and will run again. From now on none of its nodes starts on what it holds. */
    void requeue(Block block, int attempt, Outcome outcome) {
        block.leaving = true;
        leftovers.leave(block);
        CompletableFuture<Void> saved =
                CompletableFuture.runAsync(() -> Checkpoints.save(block), Computer.threadPoolForRemoting);
        later(() -> {
            giveBack(block, outcome);
            block.attempt = attempt;
            block.saved = saved;
            block.leaving = false;
            journal.write(block);
        });
    }

    private void giveBack(Block block, Outcome outcome) {
        Allocation held = block.allocation;
        block.allocation = null;
        block.ready = false;
        block.entered = false;
        if (held != null) {
            block.ended(Instant.now(), outcome);
            HeldDevices.release(block, held);
            if (leftovers.on(held.machine())) {
                refresh();
                leftovers.clean();
            }
            pools.of(block.pool()).release(held, outcome);
        } else if (block.submitted) {
            Allocator pool = pools.of(block.pool());
            pool.withdraw(block.key());
            // it may have been granted what this has not heard of yet
            pool.allocation(block.key()).ifPresent(a -> pool.release(a, outcome));
        }
        block.submitted = false;
    }

    /** A block has ended. */
    void close(Block block, Outcome outcome) {
        later(() -> {
            if (block.closed) {
                return;
            }
            block.closed = true;
            blocks.remove(block.key());
            QueueGate.get().forget(block);
            if (outcome != Outcome.COMPLETED || Leftovers.isAway(block)) {
                leftovers.leave(block);
            }
            giveBack(block, outcome);
            pools.of(block.pool()).forget(block.key());
            journal.delete(block);
            past.ended(block, outcome);
            keepDurations();
            var unused = block.saved.whenCompleteAsync(
                    (done, failure) -> Checkpoints.remove(block), Computer.threadPoolForRemoting);
        });
    }

    private void keepDurations() {
        try {
            durations.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What was learnt of durations cannot be written");
        }
    }

    /** A training in a block tells how long it thinks that it needs yet. */
    void remaining(Block block, Duration remaining) {
        later(() -> {
            Allocation held = block.allocation;
            if (held != null) {
                pools.of(block.pool()).reportRemaining(held, remaining);
            }
        });
    }

    /** The body's node has got its executor. */
    void entered(Block block) {
        block.entered = true;
    }

    void reconfigured() {
        later(() -> {
            pools.reconfigure();
            refresh();
        });
    }

    /** Agents or their executors may have changed. */
    void agentsChanged() {
        if (!blocks.isEmpty()) {
            later(this::refresh);
        }
    }

    // ---- the allocator's thread ----

    private void restore() {
        for (Block block : blocks.values()) {
            if (block.allocation == null) {
                continue;
            }
            if (pools.of(block.pool()).restore(block.request(), block.allocation)) {
                // it may have begun to work, so its devices are not to be taken back without ending that
                block.entered = true;
                staging.prepare(block);
            } else {
                LOGGER.severe(() -> block + " is said to hold devices that another holds; it will run again.");
                block.allocation = null;
                journal.write(block);
            }
        }
        AgentDevices.get().onChange(this::agentsChanged);
        Rounds rounds = new Rounds(this);
        long pause = Rounds.BETWEEN.toMillis();
        var unused = worker.scheduleWithFixedDelay(guarded(rounds::run), pause, pause, TimeUnit.MILLISECONDS);
    }

    void refresh() {
        pools.refresh(blocks.values(), QueueGate.get()::isOurs);
        for (Block block : blocks.values()) {
            if (block.submitted && block.allocation == null) {
                block.problem =
                        WaitingText.problem(block, pools.of(block.pool()).fleet());
            }
        }
    }

    void granted(Allocation allocation) {
        Block block = blocks.get(allocation.key());
        if (block == null || block.closed || !block.submitted) {
            return;
        }
        if (!pools.of(block.pool())
                .allocation(block.key())
                .filter(allocation::equals)
                .isPresent()) {
            // given back before this was heard of
            return;
        }
        block.submitted = false;
        block.allocation = allocation;
        block.began(allocation);
        journal.write(block);
        staging.prepare(block);
    }

    /** Passes on that a block is to yield; after a restart its step may come later than this. */
    void makeWay(Block block, Allocation held, String inFavourOf) {
        if (block.closed || held == null || !held.equals(block.allocation)) {
            return;
        }
        ScheduleExecution execution = block.execution;
        if (execution == null) {
            later(Duration.ofSeconds(1), () -> makeWay(block, held, inFavourOf));
            return;
        }
        execution.makeWay(inFavourOf, pools.of(block.pool()).settings().policy());
    }

    /** Takes devices back that were of no use, and queues the block again. */
    void again(Block block) {
        giveBack(block, Outcome.LOST);
        submit(block);
        journal.write(block);
    }
}
