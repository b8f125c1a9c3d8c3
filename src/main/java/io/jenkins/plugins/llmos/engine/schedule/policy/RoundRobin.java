package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;

/**
 * Round robin: a job that has run for a quantum yields to those that wait and goes to the end of the queue. While nobody
 * waits it runs on.
 */
@Policy(name = "rr", summary = "round robin, each job in turn for a quantum", position = 4)
public final class RoundRobin extends RankedPolicy {
    private final long quantum;

    public RoundRobin(PoolSettings settings) {
        super(settings);
        quantum = Ticks.of(settings.quantum());
    }

    @Override
    public boolean preempts() {
        return true;
    }

    @Override
    protected long waitingRank(JobState job) {
        return job.queuedAt();
    }

    @Override
    protected long runningRank(JobState job, long now) {
        if (now < sliceEnd(job)) {
            return KEEP;
        }
        // behind all that wait; of several the one that has run longest yields first
        return Ticks.NEVER - job.run().orElseThrow().startedAt();
    }

    @Override
    protected long nextChange(JobState job, long now) {
        return sliceEnd(job);
    }

    @Override
    protected boolean letsFinish() {
        return true;
    }

    private long sliceEnd(JobState job) {
        JobState.Run run = job.run().orElseThrow();
        return Ticks.plus(run.startedAt() + run.overhead(), quantum);
    }
}
