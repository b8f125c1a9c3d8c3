package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;

/** First come, first served; nobody is preempted. */
@Policy(name = "fifo", summary = "first come, first served", position = 1)
public final class Fifo extends RankedPolicy {
    public Fifo(PoolSettings settings) {
        super(settings);
    }

    @Override
    protected long waitingRank(JobState job) {
        return job.sequence();
    }
}
