package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.schedule.Cluster;
import io.jenkins.plugins.llmos.engine.schedule.DurationEstimator;
import io.jenkins.plugins.llmos.engine.schedule.Estimate;
import io.jenkins.plugins.llmos.engine.schedule.JobFeatures;
import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Estimates from what a scheduler could have known at that moment: the jobs that had ended, the job's demand, owner and
 * name, the work it had done. A job is estimated anew whenever it has worked half as long again than at its last estimate.
 */
public final class HistoryOracle implements Oracle {
    private static final double STEP = 1.5;
    private static final long FIRST = 10 * Ticks.SECOND;

    private final DurationEstimator estimator;
    private final Map<String, JobFeatures> features = new HashMap<>();
    private final Map<String, Long> nextLook = new HashMap<>();
    private long wake = Ticks.NEVER;
    private long covered;
    private long counted;

    public HistoryOracle(DurationEstimator estimator) {
        this.estimator = estimator;
    }

    private JobFeatures features(TraceJob job) {
        return features.computeIfAbsent(
                job.id(),
                id -> new JobFeatures(
                        job.name(),
                        job.owner(),
                        job.asked(),
                        Map.of(),
                        job.userEstimate().isPresent()
                                ? Optional.of(
                                        Duration.ofNanos(job.userEstimate().getAsLong()))
                                : Optional.empty()));
    }

    private Estimate look(TraceJob job, long attained) {
        return estimator.estimate(features(job), Duration.ofNanos(attained));
    }

    @Override
    public long arrived(int number, TraceJob job) {
        Estimate e = look(job, 0);
        if (e.source() != Estimate.Source.NONE) {
            counted++;
            covered += job.runTime() >= e.low().toNanos()
                            && job.runTime() <= e.high().toNanos()
                    ? 1
                    : 0;
        }
        nextLook.put(job.id(), FIRST);
        return e.index().toNanos();
    }

    @Override
    public long predicted(int number, TraceJob job) {
        return look(job, 0).median().toNanos();
    }

    @Override
    public long estimate(int number, TraceJob job, long attained) {
        nextLook.put(job.id(), Math.max(FIRST, (long) (attained * STEP)));
        return look(job, attained).index().toNanos();
    }

    @Override
    public void completed(int number, TraceJob job) {
        estimator.completed(features(job), Duration.ofNanos(job.runTime()));
        features.remove(job.id());
        nextLook.remove(job.id());
    }

    @Override
    public void refresh(Cluster cluster, long now) {
        List<JobState> due = new ArrayList<>();
        wake = Ticks.NEVER;
        for (JobState job : cluster.running()) {
            Long look = nextLook.get(job.id());
            if (look == null) {
                continue;
            }
            if (job.attainedAt(now) >= look) {
                due.add(job);
            } else {
                wake = Math.min(wake, next(job));
            }
        }
        for (JobState job : due) {
            long attained = job.attainedAt(now);
            nextLook.put(job.id(), Math.max(FIRST, (long) (attained * STEP)));
            long left = estimator
                    .estimate(features.get(job.id()), Duration.ofNanos(attained))
                    .index()
                    .toNanos();
            cluster.update(job.withRemaining(left + attained - job.attained()));
            wake = Math.min(wake, next(job));
        }
        if (cluster.waitingCount() == 0) {
            wake = Ticks.NEVER;
        }
    }

    private long next(JobState job) {
        JobState.Run run = job.run().orElseThrow();
        return run.startedAt() + run.overhead() + nextLook.get(job.id()) - job.attained();
    }

    @Override
    public long wake() {
        return wake;
    }

    @Override
    public boolean learnsFromHistory() {
        return true;
    }

    @Override
    public double coverage() {
        return counted == 0 ? Double.NaN : covered / (double) counted;
    }
}
