package io.jenkins.plugins.llmos.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a policy will do if nobody else comes and every estimate is right. */
final class Forecast {
    private Forecast() {}

    /** The waiting jobs as the policy would take them: the aged first, then in its order. */
    static List<JobState> inOrder(Cluster cluster, SchedulingPolicy policy, PoolSettings settings, long now) {
        Comparator<JobState> age = Comparator.comparingLong(JobState::queuedAt).thenComparingLong(JobState::sequence);
        long bound = settings.maxWait().map(w -> now - Ticks.of(w)).orElse(Long.MIN_VALUE);
        Comparator<JobState> order = policy instanceof RankedPolicy ranked ? ranked.order() : age;
        Comparator<JobState> all = (a, b) -> {
            boolean aged = a.queuedAt() <= bound;
            if (aged != b.queuedAt() <= bound) {
                return aged ? -1 : 1;
            }
            return aged ? age.compare(a, b) : order.compare(a, b);
        };
        List<JobState> waiting = new ArrayList<>();
        for (JobState job : cluster.jobs()) {
            if (job.waiting()) {
                waiting.add(job);
            }
        }
        waiting.sort(all);
        return waiting;
    }

    /** When each waiting job will first start; jobs for which nothing can be said are left out. */
    static Map<String, Long> starts(Cluster present, SchedulingPolicy policy, long from) {
        Map<String, Long> starts = new HashMap<>();
        for (ForecastRun run : runs(present, policy, from)) {
            if (present.job(run.key()).waiting()) {
                starts.merge(run.key(), Ticks.of(run.start()), Math::min);
            }
        }
        return starts;
    }

    /** The runs to come, and those of now, in order of their starts, until each waiting job has started. */
    static List<ForecastRun> runs(Cluster present, SchedulingPolicy policy, long from) {
        List<ForecastRun> runs = new ArrayList<>();
        Map<String, Integer> latest = new HashMap<>();
        for (JobState job : present.running()) {
            latest.put(job.id(), runs.size());
            runs.add(ForecastRun.of(job, from));
        }
        Cluster cluster = new Cluster(present.fleet(), policy);
        present.jobs().forEach(cluster::add);
        Set<String> started = new HashSet<>();
        long now = from;
        int missing = cluster.waitingCount();
        // each step starts or ends something unless the policy only slices time, hence the bound
        for (int step = 0; step < 5_000 && started.size() < missing; step++) {
            Decision decision = policy.decide(cluster.snapshot(), Ticks.at(now));
            for (Decision.Yield yield : decision.yields()) {
                cluster.add(cluster.remove(yield.job()).requeued(now));
                cut(runs, latest.get(yield.job()), now);
            }
            for (Decision.Start start : decision.starts()) {
                if (start.deferred() && decision.yields().isEmpty()) {
                    continue;
                }
                if (present.job(start.job()).waiting()) {
                    started.add(start.job());
                }
                JobState job = cluster.start(start, now);
                latest.put(job.id(), runs.size());
                runs.add(ForecastRun.of(job, now));
            }
            long next = decision.wake().map(Ticks::of).orElse(Ticks.NEVER);
            JobState ending = null;
            for (JobState job : cluster.running()) {
                long end = job.run().orElseThrow().yielding() ? now : Ticks.plus(now, job.timeLeftAt(now));
                if (end <= next) {
                    next = end;
                    ending = job;
                }
            }
            if (next == Ticks.NEVER) {
                break;
            }
            now = Math.max(next, now);
            if (ending != null) {
                JobState job = cluster.remove(ending.id());
                if (job.run().orElseThrow().yielding()) {
                    cluster.add(job.requeued(now));
                    cut(runs, latest.get(job.id()), now);
                }
            }
        }
        return runs;
    }

    private static void cut(List<ForecastRun> runs, int index, long now) {
        runs.set(index, runs.get(index).until(Ticks.at(now)));
    }
}
