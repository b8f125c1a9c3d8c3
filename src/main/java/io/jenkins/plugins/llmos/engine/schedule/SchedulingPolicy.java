package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;

/**
 * A rule that orders waiting jobs and says which running jobs must yield. An implementation has the annotation
 * {@link Policy}, stands in the package {@code policy} and has a public constructor that takes {@link PoolSettings};
 * {@link Policies} then finds it.
 */
public interface SchedulingPolicy {
    /**
     * Decides who starts and who yields. A pure function: it reads the snapshot without changing it, keeps nothing, and
     * the same arguments give the same decision.
     *
     * @param snapshot all that is known now
     * @param now the time, not before any time in the snapshot
     */
    Decision decide(Snapshot snapshot, Instant now);
}
