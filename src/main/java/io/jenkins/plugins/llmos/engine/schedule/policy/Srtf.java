package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;

/**
 * Shortest remaining time first, with preemption; it has the least mean completion time on one device (L. Schrage, A
 * proof of the optimality of the shortest remaining processing time discipline, 1968). Exchanging a waiting job for a
 * running one saves the difference of their remaining times and costs a checkpoint and a restart, so the running job
 * yields only to one that is shorter by more than that.
 */
@Policy(
        name = "srtf",
        summary = "shortest remaining time first, preempting where that gains more than it costs",
        position = 3)
public final class Srtf extends RankedPolicy {
    public Srtf(PoolSettings settings) {
        super(settings);
    }

    @Override
    public boolean preempts() {
        return true;
    }

    @Override
    protected long waitingRank(JobState job) {
        return job.timeLeftAt(job.queuedAt());
    }

    @Override
    protected long runningRank(JobState job, long now) {
        // below zero once the estimate is outrun: then nobody is shorter
        return expectedEnd(job) - now - job.preemptionCost();
    }

    @Override
    protected boolean ranksFall() {
        return true;
    }
}
