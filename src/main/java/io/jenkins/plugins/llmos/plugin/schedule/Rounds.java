package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.logging.Logger;

/** Looks from time to time after what nobody tells: agents that stay away, builds that are gone, nodes that were lost. */
final class Rounds {
    private static final Logger LOGGER = Logger.getLogger(Rounds.class.getName());

    static final Duration BETWEEN = Duration.ofSeconds(3);
    /** A block that got no executor within this time gives its devices back, and waits again. */
    private static final Duration LONGEST_ENTRY = Duration.ofSeconds(30);
    /** Agents need some time to connect to a Jenkins that has just started. */
    private static final Duration LONGEST_RETURN = Duration.ofMinutes(1);
    /** How long after a start the steps of builds may take to come back. */
    private static final Duration LONGEST_RESUMPTION = Duration.ofMinutes(2);
    /** How long after a start, and how often, nodes are looked for that are not in the queue though they should. */
    private static final Duration LOST_NODES = Duration.ofMinutes(15);

    private static final Duration BETWEEN_LOST_NODES = Duration.ofSeconds(15);

    private final Allocations allocations;
    private final Instant started = Instant.now();
    private final Map<String, Instant> away = new HashMap<>();
    private final Set<Block> nodeless = new HashSet<>();
    private Instant lookedForNodes = started;

    Rounds(Allocations allocations) {
        this.allocations = allocations;
    }

    void run() {
        allocations.leftovers().clean();
        if (allocations.isEmpty()) {
            return;
        }
        allocations.refresh();
        Instant now = Instant.now();
        for (Block block : allocations.blocks()) {
            Allocation held = block.allocation;
            if (held != null) {
                lookAfter(block, held, now);
            }
        }
        closeOrphans(now);
        if (now.isBefore(started.plus(LOST_NODES)) && now.isAfter(lookedForNodes.plus(BETWEEN_LOST_NODES))) {
            lookedForNodes = now;
            lookForNodes();
        }
    }

    private void lookAfter(Block block, Allocation held, Instant now) {
        Computer computer = Places.computer(held.machine());
        if (computer != null && !computer.isOffline()) {
            away.remove(held.machine());
            if (block.ready
                    && !block.entered
                    && block.machine().isEmpty()
                    && Duration.between(block.readySince, now).compareTo(LONGEST_ENTRY) > 0
                    && computer.countIdle() == 0
                    && QueueGate.get().holdBack(block)) {
                LOGGER.info(() -> block + " got no executor of " + held.machine() + " and waits again");
                allocations.again(block);
            }
            return;
        }
        Instant since = away.computeIfAbsent(
                held.machine(), m -> now.isBefore(started.plus(LONGEST_RETURN)) ? started.plus(LONGEST_RETURN) : now);
        Duration patience = LlmosConfiguration.get().timeout();
        if (Duration.between(since, now).compareTo(patience) > 0) {
            lost(block, held, patience);
        }
    }

    private void lost(Block block, Allocation held, Duration patience) {
        ScheduleExecution execution = block.execution;
        if (!block.entered && block.machine().isEmpty()) {
            allocations.again(block);
        } else if (execution != null) {
            execution.lost(new AgentLost(held.machine() + " has been away for more than " + Units.format(patience)));
        }
    }

    /** Closes the blocks of builds that are over or gone, and those that ended just before a crash. */
    private void closeOrphans(Instant now) {
        boolean resumed = now.isAfter(started.plus(LONGEST_RESUMPTION));
        for (Block block : allocations.blocks()) {
            if (block.isBuild() && !JobGate.get().isOver(block)) {
                continue;
            }
            Run<?, ?> run = Run.fromExternalizableId(block.owner);
            if (run == null || !run.isBuilding() || (resumed && block.unclaimed)) {
                allocations.close(block, Outcome.FAILED);
            }
        }
    }

    /** A node that is found missing twice is put into the queue again. */
    private void lookForNodes() {
        Set<Block> before = new HashSet<>(nodeless);
        nodeless.clear();
        for (Block block : allocations.blocks()) {
            ScheduleExecution execution = block.execution;
            if (execution == null
                    || !block.machine().isEmpty()
                    || QueueGate.get().hasTask(block)) {
                continue;
            }
            nodeless.add(block);
            if (before.contains(block)) {
                Computer.threadPoolForRemoting.execute(execution::queueNodesAgain);
            }
        }
    }
}
