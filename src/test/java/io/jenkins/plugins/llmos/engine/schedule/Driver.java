package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/** Carries decisions out step by step, for tests that look at the state after each; estimates are exact. */
final class Driver {
    final SchedulingPolicy policy;
    final Cluster cluster;
    final List<JobState> coming;
    final Map<String, Long> ended = new LinkedHashMap<>();
    /** The jobs in order of their starts; with a minus before it, a job that yields. */
    final List<String> starts = new ArrayList<>();

    final List<String> log = new ArrayList<>();
    List<String> reserved = List.of();
    LongConsumer afterDecision = now -> {};
    /** Called with the time and the decision, before it is carried out. */
    BiConsumer<Long, Decision> onDecision = (now, decision) -> {};

    Driver(Fleet fleet, PoolSettings settings, List<JobState> jobs) {
        policy = Policies.create(settings);
        cluster = new Cluster(fleet, policy);
        coming = new ArrayList<>(jobs);
        coming.sort(Comparator.comparingLong(JobState::arrival));
    }

    void run() {
        long wake = Ticks.NEVER;
        int steps = 0;
        while (!coming.isEmpty() || !cluster.jobs().isEmpty()) {
            long now = Math.min(
                    wake, coming.isEmpty() ? Ticks.NEVER : coming.get(0).arrival());
            for (JobState job : cluster.running()) {
                now = Math.min(now, end(job));
            }
            if (now == Ticks.NEVER || steps++ > 20_000) {
                throw new AssertionError("stuck with " + cluster.jobs());
            }
            for (JobState job : List.copyOf(cluster.running())) {
                if (end(job) <= now) {
                    cluster.remove(job.id());
                    ended.put(job.id(), now);
                }
            }
            while (!coming.isEmpty() && coming.get(0).arrival() <= now) {
                cluster.add(coming.remove(0));
            }
            wake = settle(now);
            afterDecision.accept(now);
        }
    }

    private static long end(JobState job) {
        JobState.Run run = job.run().orElseThrow();
        return run.startedAt() + run.overhead() + job.remaining();
    }

    private long settle(long now) {
        for (int round = 0; round < 100; round++) {
            Decision decision = policy.decide(cluster.snapshot(), Ticks.at(now));
            log.add(now + " " + decision);
            onDecision.accept(now, decision);
            for (Decision.Yield yield : decision.yields()) {
                JobState job = cluster.remove(yield.job());
                if (!job.preemptible()) {
                    throw new AssertionError(job.id() + " may not be preempted");
                }
                cluster.add(job.requeued(now));
                starts.add("-" + yield.job());
            }
            for (Decision.Start start : decision.starts()) {
                cluster.start(start, now);
                starts.add(start.job());
            }
            cluster.reserve(decision.reservations(), reserved);
            reserved = decision.reservations().stream()
                    .map(Decision.Reservation::job)
                    .toList();
            if (decision.yields().isEmpty()) {
                return decision.wake().map(Ticks::of).orElse(Ticks.NEVER);
            }
        }
        throw new AssertionError("the policy does not come to rest");
    }
}
