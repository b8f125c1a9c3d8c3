package io.jenkins.plugins.llmos.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The running jobs in a policy's order, kept so that a decision need not look at each: a job is ranked when it starts
 * and again when its rank jumps. Ranks stand still or all fall alike with time; the latter are kept as if the time were
 * zero.
 */
final class RunningOrder {
    /**
     * A running job with its place in the policy's order.
     *
     * @param fixed whether it must not be preempted
     * @param rank its rank in the frame of {@link RankedPolicy#inFrame}
     * @param until when {@code fixed} or the rank may next change
     */
    record Held(JobState job, boolean fixed, long rank, long until) {
        JobState.Run run() {
            return job.run().orElseThrow();
        }

        /** Last in line come those that leave anyway. */
        int compareOrder(Held other) {
            if (run().yielding() != other.run().yielding()) {
                return run().yielding() ? 1 : -1;
            }
            if (fixed != other.fixed) {
                return fixed ? -1 : 1;
            }
            int c = Integer.compare(other.job.priority(), job.priority());
            c = c != 0 ? c : Long.compare(rank, other.rank);
            return c != 0 ? c : Long.compare(job.sequence(), other.job.sequence());
        }

        private boolean loose() {
            return !fixed || run().yielding();
        }
    }

    private final RankedPolicy policy;
    private final Map<String, Held> ranked = new HashMap<>();
    private final Map<String, JobState> unranked = new LinkedHashMap<>();
    private final TreeSet<Held> loose = new TreeSet<>(Held::compareOrder);
    private final TreeSet<Held> byChange = new TreeSet<>(Comparator.comparingLong(Held::until)
            .thenComparingLong(held -> held.job().sequence()));
    private final List<List<Held>> onMachine;
    private final TreeMap<Long, Integer> costs = new TreeMap<>();
    private int fractional;
    private int yielding;
    private long time = Long.MIN_VALUE;

    RunningOrder(RankedPolicy policy, int machines) {
        this.policy = policy;
        onMachine = new ArrayList<>(machines);
        for (int m = 0; m < machines; m++) {
            onMachine.add(new ArrayList<>(0));
        }
    }

    void add(JobState job) {
        unranked.put(job.id(), job);
        costs.merge(job.preemptionCost(), 1, Integer::sum);
        fractional += job.demand().fractional() ? 1 : 0;
        yielding += job.run().orElseThrow().yielding() ? 1 : 0;
    }

    void remove(JobState job) {
        if (unranked.remove(job.id()) == null) {
            unrank(ranked.get(job.id()));
        }
        costs.computeIfPresent(job.preemptionCost(), (c, n) -> n == 1 ? null : n - 1);
        fractional -= job.demand().fractional() ? 1 : 0;
        yielding -= job.run().orElseThrow().yielding() ? 1 : 0;
    }

    /** Brings the order to the present; nothing below is right before that. */
    RunningOrder at(long now) {
        if (now < time) {
            // a clock that was put back
            for (Held held : List.copyOf(ranked.values())) {
                unrank(held);
                unranked.put(held.job().id(), held.job());
            }
        }
        time = now;
        while (!byChange.isEmpty() && byChange.first().until() <= now) {
            Held held = byChange.first();
            unrank(held);
            rank(held.job());
        }
        if (!unranked.isEmpty()) {
            unranked.values().forEach(this::rank);
            unranked.clear();
        }
        return this;
    }

    private void rank(JobState job) {
        long rank = policy.rankNow(job, time);
        boolean fixed = rank == RankedPolicy.KEEP;
        Held held = new Held(job, fixed, fixed ? rank : policy.inFrame(rank, time), policy.changesAfter(job, time));
        ranked.put(job.id(), held);
        onMachine.get(held.run().position()).add(held);
        if (held.loose()) {
            loose.add(held);
        }
        if (held.until() != Ticks.NEVER) {
            byChange.add(held);
        }
    }

    private void unrank(Held held) {
        ranked.remove(held.job().id());
        onMachine.get(held.run().position()).remove(held);
        if (held.loose()) {
            loose.remove(held);
        }
        if (held.until() != Ticks.NEVER) {
            byChange.remove(held);
        }
    }

    /** The job that comes last of those that may have to yield, null if there is none. */
    Held last() {
        return loose.isEmpty() ? null : loose.last();
    }

    /** Those that may have to yield, the last in order first. */
    Iterator<Held> lastFirst() {
        return loose.descendingIterator();
    }

    /** All that run on a machine, in no order. */
    List<Held> on(int machine) {
        return onMachine.get(machine);
    }

    /** When the place of any job may next change though none starts or ends. */
    long nextChange() {
        return byChange.isEmpty() ? Ticks.NEVER : byChange.first().until();
    }

    /** Whether a device is shared. */
    boolean shared() {
        return fractional > 0;
    }

    /** What the least costly preemption costs for each device. */
    double leastDeviceCost() {
        return yielding > 0 || costs.isEmpty() ? 0 : Contest.deviceCost(costs.firstKey());
    }
}
