package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Duration;
import java.util.List;

/** The devices a job holds, from {@link DevicePool#acquire} until it gives them back. Thread-safe. */
public final class Lease implements AutoCloseable {
    private final DevicePool pool;
    private final Allocation allocation;
    private final Machine machine;

    Lease(DevicePool pool, Allocation allocation, Machine machine) {
        this.pool = pool;
        this.allocation = allocation;
        this.machine = machine;
    }

    public Machine machine() {
        return machine;
    }

    public Allocation allocation() {
        return allocation;
    }

    /** The devices held, by index; for a share of a device, that device. */
    public List<Device> devices() {
        return allocation.devices();
    }

    /** Which run of the job this is, from 1. */
    public int attempt() {
        return allocation.attempt();
    }

    /** Whether the job has been asked to yield. */
    public boolean yieldAsked() {
        return pool.yieldAsked(allocation);
    }

    /** Tells how much work is left, as measured by the run itself; it replaces every other estimate. */
    public void reportRemaining(Duration remaining) {
        pool.reportRemaining(allocation, remaining);
    }

    /**
     * Gives the devices back. Later calls do nothing.
     *
     * @param outcome {@code YIELDED} if the job will ask again with the same key: its attained time is kept
     */
    public void release(TimelineEntry.Outcome outcome) {
        pool.release(allocation, outcome);
    }

    /** Gives the devices back: the job has checkpointed and will ask again with the same key. */
    public void yielded() {
        release(TimelineEntry.Outcome.YIELDED);
    }

    /** Gives the devices back: the job has ended by itself. */
    @Override
    public void close() {
        release(TimelineEntry.Outcome.COMPLETED);
    }
}
