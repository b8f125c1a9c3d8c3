package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.Cluster;
import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The truth, multiplied for each job by a log-normal error. An estimate that a job outruns is doubled until it is longer
 * than the work done.
 */
public final class NoisyOracle implements Oracle {
    private final double sigma;
    private long[] told = new long[16];
    private long wake = Ticks.NEVER;

    /** @param sigma standard deviation of the logarithm of the error, from 0 to 10 */
    public NoisyOracle(double sigma) {
        if (!(sigma >= 0 && sigma <= 10)) {
            throw new InvalidInputException(
                    "The noise of the estimates is " + sigma + ". It is a number from 0 to 10.");
        }
        this.sigma = sigma;
    }

    @Override
    public long arrived(int number, TraceJob job) {
        if (number >= told.length) {
            told = Arrays.copyOf(told, Math.max(number + 1, told.length * 2));
        }
        double error = Math.exp(sigma * new Random(number * 0x9E3779B97F4A7C15L + 1).nextGaussian());
        told[number] = Math.max(1, (long) Math.min(job.runTime() * error, 1e18));
        return told[number];
    }

    @Override
    public long predicted(int number, TraceJob job) {
        return told[number];
    }

    @Override
    public long estimate(int number, TraceJob job, long attained) {
        return left(told[number], attained);
    }

    private static long left(long estimate, long attained) {
        long e = estimate;
        while (e <= attained) {
            e *= 2;
        }
        return e - attained;
    }

    @Override
    public void refresh(Cluster cluster, long now) {
        wake = Ticks.NEVER;
        if (cluster.waitingCount() == 0) {
            return;
        }
        List<JobState> running = new ArrayList<>(cluster.running());
        for (JobState job : running) {
            JobState known = job;
            if (job.remainingAt(now) == 0) {
                long attained = job.attainedAt(now);
                known = job.withRemaining(left(told[(int) job.sequence()], attained) + attained - job.attained());
                cluster.update(known);
            }
            JobState.Run run = known.run().orElseThrow();
            wake = Math.min(wake, run.startedAt() + run.overhead() + known.remaining());
        }
    }

    @Override
    public long wake() {
        return wake;
    }
}
