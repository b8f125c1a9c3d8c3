package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * What lies between the grant of devices and the start of the node on them: the checkpoints are brought to the agent, the
 * devices are marked as held there, and then the queue is told. All but the bringing is done by the allocator's thread.
 */
final class Staging {
    private static final Logger LOGGER = Logger.getLogger(Staging.class.getName());
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);

    private final Allocations allocations;
    private final Journal journal;

    Staging(Allocations allocations, Journal journal) {
        this.allocations = allocations;
        this.journal = journal;
    }

    /** Puts all in place that the body needs, then lets its node start. */
    void prepare(Block block) {
        Allocation held = block.allocation;
        var unused = block.saved.whenCompleteAsync((done, e) -> stage(block, held), Computer.threadPoolForRemoting);
    }

    private void stage(Block block, Allocation held) {
        try {
            Node node = Places.node(held.machine());
            if (node == null) {
                throw new IOException(held.machine() + " is gone");
            }
            String folder = Checkpoints.stage(block, node);
            allocations.later(() -> ready(block, held, folder));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> block + " cannot start on " + held.machine() + " now");
            allocations.later(BETWEEN_ATTEMPTS, () -> unready(block, held));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ready(Block block, Allocation held, String folder) {
        if (block.closed || !held.equals(block.allocation)) {
            return;
        }
        block.checkpoints = folder;
        block.visit(held.machine());
        HeldDevices.hold(block, held);
        block.ready = true;
        block.readySince = Instant.now();
        journal.write(block);
        ScheduleExecution execution = block.execution;
        if (execution != null) {
            Duration waited =
                    block.waitingSince == null ? Duration.ZERO : Duration.between(block.waitingSince, Instant.now());
            Computer.threadPoolForRemoting.execute(() -> execution.granted(held, waited));
        }
        var unused = Jenkins.get().getQueue().scheduleMaintenance();
    }

    private void unready(Block block, Allocation held) {
        if (block.closed || !held.equals(block.allocation)) {
            return;
        }
        if (block.entered && Places.node(held.machine()) != null) {
            // the body may be at work there, and its agent come back, or have come back meanwhile; rounds see to it
            // that it is not waited for too long
            prepare(block);
            return;
        }
        allocations.again(block);
    }
}
