package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;

/**
 * Shortest remaining service first, with preemption: time left times devices, so that a wide job has to be shorter than
 * the narrow ones it stands in for. With estimates from history, which are Gittins indexes, this is the 2D-Gittins policy
 * (J. Gu et al., Tiresias, NSDI 2019, section 3.2). The running job's time left counts in steps, rounded down.
 */
@Policy(
        name = "srsf",
        summary = "shortest remaining service (time left x devices) first, preempting where that gains",
        position = 6)
public final class Srsf extends RankedPolicy {
    private static final long MOST = Ticks.NEVER / 4;

    public Srsf(PoolSettings settings) {
        super(settings);
    }

    @Override
    public boolean preempts() {
        return true;
    }

    @Override
    protected long waitingRank(JobState job) {
        return service(job, job.timeLeftAt(job.queuedAt()));
    }

    @Override
    protected long runningRank(JobState job, long now) {
        return service(job, Math.max(0, floor(left(job, now)) - job.preemptionCost()));
    }

    @Override
    protected long nextChange(JobState job, long now) {
        long step = floor(left(job, now));
        return step <= job.preemptionCost() ? Ticks.NEVER : expectedEnd(job) - step + 1;
    }

    private static long left(JobState job, long now) {
        return Math.max(0, expectedEnd(job) - now);
    }

    /** The time cut to three binary digits, so that a rank changes a few times only while the time left halves. */
    private static long floor(long time) {
        return time & -Math.max(1, Long.highestOneBit(time) >> 2);
    }

    private static long service(JobState job, long time) {
        double service =
                (double) time * Math.max(1, job.demand().gpus()) * job.demand().shareMilli() / 1000;
        return (long) Math.min((double) MOST, service);
    }
}
