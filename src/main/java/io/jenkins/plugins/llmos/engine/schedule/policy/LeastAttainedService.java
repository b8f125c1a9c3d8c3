package io.jenkins.plugins.llmos.engine.schedule.policy;

import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policy;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.RankedPolicy;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.time.Duration;

/**
 * Least attained service, which needs no estimate: the more device time a job has had, the later it comes. Attained time
 * is multiplied by the devices and made discrete, so that equals do not preempt one another for ever: a few queues,
 * first come first served within each (Discretized 2D-LAS; J. Gu et al., Tiresias, NSDI 2019, section 3.2).
 */
@Policy(
        name = "las",
        summary = "least attained service (Tiresias' discretised 2D-LAS), needs no estimates",
        position = 5)
public final class LeastAttainedService extends RankedPolicy {
    private final long[] thresholds;

    public LeastAttainedService(PoolSettings settings) {
        super(settings);
        thresholds = settings.lasThresholds().stream()
                .mapToLong((Duration d) -> Ticks.of(d))
                .toArray();
    }

    @Override
    public boolean preempts() {
        return true;
    }

    @Override
    protected long waitingRank(JobState job) {
        return queue(job, job.attained());
    }

    @Override
    protected long runningRank(JobState job, long now) {
        return queue(job, job.attainedAt(now));
    }

    @Override
    protected boolean letsFinish() {
        return true;
    }

    @Override
    protected long nextChange(JobState job, long now) {
        int queue = queue(job, job.attainedAt(now));
        if (queue == thresholds.length) {
            return Ticks.NEVER;
        }
        JobState.Run run = job.run().orElseThrow();
        return Ticks.plus(run.startedAt() + run.overhead(), limit(job, queue) - job.attained());
    }

    private int queue(JobState job, long attained) {
        int low = 0;
        int high = thresholds.length;
        while (low < high) {
            int middle = (low + high) / 2;
            if (attained >= limit(job, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Attained time at which the job's device time reaches a queue's threshold. */
    private long limit(JobState job, int queue) {
        double devices = Math.max(1, job.demand().gpus()) * (job.demand().shareMilli() / 1000.0);
        return (long) Math.ceil(thresholds[queue] / devices);
    }
}
