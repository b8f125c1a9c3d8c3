package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Duration;
import java.util.Optional;

/** Hears what an {@link Allocator} does. Calls come one after another, from a thread of its own, with no lock held. */
public interface PoolListener {
    /**
     * A job's place in the queue.
     *
     * @param rank 1 for the job that is to start next
     * @param of how many wait
     * @param predictedStart in how long it is expected to start; empty if nothing is known to say so
     */
    record Place(String key, String job, int rank, int of, Optional<Duration> predictedStart) {}

    /** A job's place has changed, or it has just come. */
    default void waiting(Place place) {}

    /** A job has got its devices. */
    default void started(String job, Allocation allocation) {}

    /** A running job has been asked to yield to another; it should checkpoint, leave and give its devices back. */
    default void yielding(String key, String job, String inFavourOf) {}

    /** A run has ended. */
    default void ended(String key, String job, TimelineEntry.Outcome outcome) {}
}
