package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;

/**
 * Shortest job first; nobody is preempted. It has the least mean wait of all non-preemptive orders where all jobs are
 * present and need one device (W. E. Smith, Various optimizers for single-stage production, 1956, section 3).
 */
@Policy(name = "sjf", summary = "shortest job first, nobody is preempted", position = 2)
public final class Sjf extends RankedPolicy {
    public Sjf(PoolSettings settings) {
        super(settings);
    }

    @Override
    protected long waitingRank(JobState job) {
        return job.remaining();
    }
}
