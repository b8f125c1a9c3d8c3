package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Estimates from jobs that have ended. */
public final class HistoryEstimator implements DurationEstimator {
    private final List<Long> all = new ArrayList<>();

    @Override
    public Estimate estimate(JobFeatures job, Duration attained) {
        if (job.userEstimate().isPresent()) {
            Duration left = job.userEstimate().get().minus(attained);
            left = left.isNegative() ? attained : left;
            return new Estimate(left, left, left, Estimate.Source.USER);
        }
        long sum = 0;
        for (long work : all) {
            sum += work;
        }
        Duration mean = Duration.ofNanos(all.isEmpty() ? 0 : sum / all.size());
        return new Estimate(mean, mean, mean, all.isEmpty() ? Estimate.Source.NONE : Estimate.Source.POOL);
    }

    @Override
    public void completed(JobFeatures job, Duration work) {
        all.add(work.toNanos());
    }
}
