package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Cluster;
import io.jenkins.plugins.llmos.engine.schedule.Decision;
import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.SchedulingPolicy;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Replays a trace by discrete events: all that happens at one instant happens, then the policy decides. A preempted job
 * keeps its work and, when it starts again, first restarts for as long as a preemption costs. Deterministic.
 */
public final class Simulation {
    /** A decision at one instant may follow from another; more in a row than this means a policy that never rests. */
    private static final int ROUNDS = 1_000;

    private final Fleet fleet;
    private final PoolSettings settings;
    private final SchedulingPolicy policy;
    private final Oracle oracle;
    private final boolean slices;

    private final List<TraceJob> jobs;
    private final Cluster cluster;
    private final Map<String, Integer> index;
    private final long[] firstStart;
    private final long[] completion;
    private final long[] firstEstimate;
    private final int[] preemptions;
    private final int[] generation;
    private final PriorityQueue<Ending> endings =
            new PriorityQueue<>(Comparator.comparingLong(Ending::time).thenComparingInt(Ending::job));
    private final List<Slice> history = new ArrayList<>();
    private List<String> reserved = List.of();
    private double deviceTime;
    private long decisions;

    /** A run's end, unless the job has yielded since. */
    private record Ending(long time, int job, int generation) {}

    /**
     * @param jobs in any order; arrivals at the same time are taken in this order
     * @param slices whether to keep who held which device when, which takes memory
     * @throws InvalidInputException if a job could never run on the fleet
     */
    public Simulation(List<TraceJob> jobs, Fleet fleet, PoolSettings settings, Oracle oracle, boolean slices) {
        this.fleet = fleet;
        this.settings = settings;
        this.policy = Policies.create(settings);
        this.oracle = oracle;
        this.slices = slices;
        this.jobs = new ArrayList<>(jobs);
        this.jobs.sort(Comparator.comparingLong(TraceJob::arrival));
        this.cluster = new Cluster(fleet, policy);
        this.index = new HashMap<>(jobs.size() * 2);
        int n = jobs.size();
        for (int i = 0; i < n; i++) {
            if (index.put(this.jobs.get(i).id(), i) != null) {
                throw new InvalidInputException(
                        "Two jobs of the trace are called " + this.jobs.get(i).id() + ". Names must differ.");
            }
        }
        firstStart = new long[n];
        completion = new long[n];
        firstEstimate = new long[n];
        preemptions = new int[n];
        generation = new int[n];
        Arrays.fill(firstStart, -1);
        this.jobs.stream().map(TraceJob::demand).distinct().forEach(demand -> {
            if (!fleet.canEverHold(demand)) {
                throw new InvalidInputException("The trace has jobs that ask for " + demand
                        + ", which no machine of the fleet (" + fleet + ") could ever give. Give more or larger"
                        + " machines, or leave such jobs out.");
            }
        });
    }

    /** Replays the whole trace. */
    public Result run() {
        long now = jobs.isEmpty() ? 0 : jobs.get(0).arrival();
        long wake = Ticks.NEVER;
        int next = 0;
        int left = jobs.size();
        while (left > 0) {
            long arrival = next < jobs.size() ? jobs.get(next).arrival() : Ticks.NEVER;
            Ending ending = nextEnding();
            now = Math.min(
                    Math.min(arrival, wake), Math.min(ending == null ? Ticks.NEVER : ending.time, oracle.wake()));
            if (now == Ticks.NEVER) {
                throw new IllegalStateException(left + " jobs are left, but the policy starts none of them");
            }
            for (; ending != null && ending.time <= now; ending = nextEnding()) {
                endings.poll();
                complete(ending.job, now);
                left--;
            }
            for (; next < jobs.size() && jobs.get(next).arrival() <= now; next++) {
                arrive(next);
            }
            oracle.refresh(cluster, now);
            wake = settle(now);
        }
        return result();
    }

    private Ending nextEnding() {
        while (!endings.isEmpty() && generation[endings.peek().job] != endings.peek().generation) {
            endings.poll();
        }
        return endings.peek();
    }

    private void arrive(int i) {
        TraceJob job = jobs.get(i);
        long estimate = oracle.arrived(i, job);
        firstEstimate[i] = oracle.predicted(i, job);
        cluster.add(JobState.arrived(
                        job.id(),
                        i,
                        job.owner(),
                        job.demand(),
                        job.arrival(),
                        estimate,
                        Ticks.of(settings.preemptionCost()))
                .withPriority(job.priority()));
    }

    private void complete(int i, long now) {
        JobState job = cluster.remove(jobs.get(i).id());
        generation[i]++;
        completion[i] = now;
        account(i, job, now, false);
        oracle.completed(i, jobs.get(i));
    }

    private void account(int i, JobState job, long now, boolean yielded) {
        JobState.Run run = job.run().orElseThrow();
        long held = now - run.startedAt();
        deviceTime += held * (job.demand().shareMilli() / 1000.0) * job.demand().gpus();
        if (slices) {
            history.add(new Slice(i, run.position(), run.devices(), run.startedAt(), now, yielded));
        }
    }

    /** Decides until nothing more is to be done now, and says when to decide again. */
    private long settle(long now) {
        for (int round = 0; round < ROUNDS; round++) {
            Decision decision = policy.decide(cluster.snapshot(), Ticks.at(now));
            decisions++;
            for (Decision.Yield yield : decision.yields()) {
                int i = index.get(yield.job());
                JobState job = cluster.remove(yield.job());
                preemptions[i]++;
                generation[i]++;
                account(i, job, now, true);
                JobState waiting = job.requeued(now);
                long estimate = oracle.estimate(i, jobs.get(i), waiting.attained());
                cluster.add(waiting.withRemaining(estimate));
            }
            for (Decision.Start start : decision.starts()) {
                start(start, now);
            }
            cluster.reserve(decision.reservations(), reserved);
            reserved = decision.reservations().stream()
                    .map(Decision.Reservation::job)
                    .toList();
            // those that yielded may fit elsewhere; without yields the decision was complete
            if (decision.yields().isEmpty() || cluster.full()) {
                return decision.wake().map(Ticks::of).orElse(Ticks.NEVER);
            }
        }
        throw new IllegalStateException("policy " + settings.policy() + " does not come to rest");
    }

    private void start(Decision.Start start, long now) {
        int i = index.get(start.job());
        JobState job = cluster.start(start, now);
        if (firstStart[i] < 0) {
            firstStart[i] = now;
        }
        long work = jobs.get(i).runTime() - job.attained();
        endings.add(new Ending(now + job.run().orElseThrow().overhead() + work, i, ++generation[i]));
    }

    private Result result() {
        List<Outcome> outcomes = new ArrayList<>(jobs.size());
        for (int i = 0; i < jobs.size(); i++) {
            outcomes.add(new Outcome(jobs.get(i), firstStart[i], completion[i], preemptions[i], firstEstimate[i]));
        }
        return new Result(
                settings,
                fleet,
                outcomes,
                deviceTime,
                history,
                decisions,
                oracle.learnsFromHistory(),
                oracle.coverage());
    }
}
