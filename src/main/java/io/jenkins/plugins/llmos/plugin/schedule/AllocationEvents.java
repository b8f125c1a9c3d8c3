package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import java.time.Instant;

/** Hears what the allocators of the pools decide, and leaves it to the one thread that carries it out. */
final class AllocationEvents implements PoolListener {
    private final Allocations allocations;

    AllocationEvents(Allocations allocations) {
        this.allocations = allocations;
    }

    @Override
    public void waiting(Place place) {
        Block block = allocations.block(place.key());
        if (block != null) {
            block.placed = Instant.now();
            block.place = place;
        }
    }

    @Override
    public void started(String job, Allocation allocation) {
        allocations.later(() -> allocations.granted(allocation));
    }

    @Override
    public void yielding(String key, String job, String favoured, String inFavourOf) {
        Block block = allocations.block(key);
        Block other = allocations.block(favoured);
        if (block == null) {
            return;
        }
        if (other != null) {
            allocations.past().preempted(block, other);
        }
        allocations.later(
                () -> allocations.makeWay(block, block.allocation, other == null ? inFavourOf : other.build()));
    }
}
