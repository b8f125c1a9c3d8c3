package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One decision. The jobs that have aged come first, longest waiting first, then all others in the policy's order; each is
 * placed among what is free, else where the cheapest preemption makes room, else it waits. What is computed is what
 * taking all jobs, running and waiting, in order while they fit would give, but without looking at each.
 */
final class Pass {
    private final RankedPolicy policy;
    private final Snapshot snapshot;
    private final long now;
    private final Fleet fleet;
    private final Occupancy occupancy;
    private final Preemptions preemptions;
    private final List<Claim> placed = new ArrayList<>();
    private final List<Decision.Reservation> reservations = new ArrayList<>();
    private final Set<String> done = new HashSet<>();
    private final List<Demand> failed = new ArrayList<>();

    Pass(RankedPolicy policy, Snapshot snapshot, long now) {
        this.policy = policy;
        this.snapshot = snapshot;
        this.now = now;
        this.fleet = snapshot.fleet();
        this.occupancy = snapshot.occupancy();
        this.preemptions = new Preemptions(policy, snapshot, now, occupancy, placed);
    }

    Decision run() {
        if (snapshot.waitingCount() > 0) {
            boolean blocked = policy.maxWait() != Ticks.NEVER && !agedPhase();
            if (!blocked) {
                orderedPhase();
            }
        }
        return result();
    }

    /** A line's next job. */
    private static final class Cursor {
        private final Supplier<Iterator<JobState>> source;
        private Iterator<JobState> jobs;
        /** The lines of the lane that come after this one; null once they have been gone on with. */
        private Iterator<? extends Snapshot.Line> rest;

        JobState head;

        /** @param source makes the iterator of the jobs, of which {@code head} is the first */
        Cursor(JobState head, Supplier<Iterator<JobState>> source) {
            this.head = head;
            this.source = source;
        }

        /** The first line of a lane. */
        static Cursor first(Iterator<? extends Snapshot.Line> lane, Comparator<JobState> order) {
            Snapshot.Line line = lane.next();
            Cursor cursor = new Cursor(line.first(order), () -> line.inOrder(order));
            cursor.rest = lane;
            return cursor;
        }

        /** The lane's next line, once only; null if there is none. */
        Cursor next(Comparator<JobState> order) {
            Cursor next = rest != null && rest.hasNext() ? first(rest, order) : null;
            rest = null;
            return next;
        }

        boolean advance(Set<String> without) {
            if (jobs == null) {
                jobs = source.get();
                jobs.next();
            }
            do {
                head = jobs.hasNext() ? jobs.next() : null;
            } while (head != null && without.contains(head.id()));
            return head != null;
        }
    }

    /** Places the jobs that have aged; false if nobody may pass one of them that cannot be placed. */
    private boolean agedPhase() {
        long bound = now - policy.maxWait();
        Comparator<JobState> age = Comparator.comparingLong(JobState::queuedAt).thenComparingLong(JobState::sequence);
        PriorityQueue<Cursor> queue = new PriorityQueue<>((a, b) -> age.compare(a.head, b.head));
        for (Iterator<? extends Snapshot.Line> lines = snapshot.linesByAge(); lines.hasNext(); ) {
            Snapshot.Line line = lines.next();
            JobState oldest = line.oldest();
            if (oldest.queuedAt() > bound) {
                break;
            }
            queue.add(new Cursor(oldest, line::byAge));
        }
        while (!queue.isEmpty()) {
            Cursor cursor = queue.poll();
            JobState job = cursor.head;
            boolean more = place(job, true);
            if (!more) {
                more = reserve(job);
                if (policy.settings().fit() == FitRule.STRICT) {
                    return false;
                }
            }
            if (more && cursor.advance(done) && cursor.head.queuedAt() <= bound) {
                queue.add(cursor);
            }
        }
        return true;
    }

    private void orderedPhase() {
        Comparator<JobState> order = policy.order();
        Map<Integer, ? extends Iterator<? extends Snapshot.Line>> lanes = snapshot.lanes(order);
        // lines are begun in the order of their first jobs and only as far as needed: there may be very many
        PriorityQueue<Cursor> queue = new PriorityQueue<>((a, b) -> order.compare(a.head, b.head));
        lanes.values().forEach(lane -> queue.add(Cursor.first(lane, order)));
        boolean strict = policy.settings().fit() == FitRule.STRICT;
        boolean hostOnly = lanes.containsKey(Snapshot.NO_DEVICE);
        // where devices are shared a count of devices says too little
        boolean counted = policy.preempts() && !lanes.containsKey(Snapshot.SHARES);
        int room = Integer.MAX_VALUE;
        while (!queue.isEmpty()) {
            Cursor cursor = queue.poll();
            JobState job = cursor.head;
            Demand demand = job.demand();
            if (!hostOnly && (room == 0 || (occupancy.full() && !preemptions.possible(job)))) {
                return;
            }
            boolean passed = done.contains(job.id());
            if (!passed
                    && (demand.gpus() > room
                            || (!policy.preempts() && !demand.hostOnly() && occupancy.hopeless(demand)))) {
                // that goes for the rest of the lane too
                if (strict) {
                    return;
                }
                continue;
            }
            Cursor next = cursor.next(order);
            if (next != null) {
                queue.add(next);
            }
            boolean hopeless = !passed && hopeless(demand);
            if (hopeless || (!passed && !place(job, false))) {
                if (strict) {
                    return;
                }
                if (!hopeless) {
                    failed.add(demand);
                    room = counted ? Math.min(room, preemptions.room()) : room;
                }
                continue;
            }
            if (cursor.advance(done)) {
                queue.add(cursor);
            }
        }
    }

    /** Whether a job that asks for no more has already found no place; it came first, so this one finds none either. */
    private boolean hopeless(Demand demand) {
        for (Demand smaller : failed) {
            if (smaller.gpus() <= demand.gpus()
                    && smaller.shareMilli() <= demand.shareMilli()
                    && smaller.cpuMilli() <= demand.cpuMilli()
                    && smaller.memoryBytes() <= demand.memoryBytes()
                    && smaller.diskBytes() <= demand.diskBytes()
                    && (smaller.gpuModels().isEmpty() || smaller.gpuModels().equals(demand.gpuModels()))
                    && smaller.gpuMemoryBytes() <= demand.gpuMemoryBytes()
                    && (smaller.label().isEmpty() || smaller.label().equals(demand.label()))) {
                return true;
            }
        }
        return false;
    }

    private boolean place(JobState job, boolean aged) {
        Demand demand = job.demand();
        int machine = job.reserved() >= 0 && job.reserved() < fleet.machines().size() && aged
                ? occupancy.find(demand, job.reserved())
                : -1;
        machine = machine >= 0 ? machine : occupancy.find(demand, -1);
        Claim claim = preemptions.claim(job, aged, fleet.preferences(demand));
        if (machine >= 0) {
            int[] slots = occupancy.slots(machine, demand);
            if (slots == null) {
                throw new IllegalStateException("found a place for " + job.id() + " but no devices");
            }
            claim.slots = slots;
            claim.machine = machine;
            occupancy.takeSlots(machine, demand, slots);
            preemptions.placed(claim);
        } else if (!preemptions.preempt(claim)) {
            return false;
        }
        placed.add(claim);
        done.add(job.id());
        return true;
    }

    /** Keeps a machine for a job that has aged; false if none is left to keep. */
    private boolean reserve(JobState job) {
        Demand demand = job.demand();
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        if (job.reserved() >= 0
                && job.reserved() < fleet.machines().size()
                && !occupancy.closed(job.reserved())
                && preemptions.welcome(demand, job.reserved(), preferences)) {
            best = job.reserved();
        } else {
            int bestMissing = Integer.MAX_VALUE;
            for (int m = 0; m < fleet.machines().size(); m++) {
                if (occupancy.closed(m) || !preemptions.welcome(demand, m, preferences)) {
                    continue;
                }
                int missing = demand.gpus();
                for (Fleet.Group group : fleet.groupsOf(m)) {
                    if (preferences[group.number()] >= 0 && group.devices().size() >= demand.gpus()) {
                        missing = Math.min(missing, demand.gpus() - occupancy.free(group.number()));
                    }
                }
                if (missing < bestMissing) {
                    best = m;
                    bestMissing = missing;
                }
            }
        }
        if (best < 0) {
            return false;
        }
        occupancy.close(best);
        reservations.add(new Decision.Reservation(job.id(), best));
        return true;
    }

    private Decision result() {
        List<Decision.Yield> yields = new ArrayList<>();
        for (Contest contest : preemptions.touched()) {
            List<Claim> claims = contest.claims();
            String favoured = claims.get(claims.size() - 1).job.id();
            for (JobState victim : contest.victims()) {
                yields.add(new Decision.Yield(victim.id(), favoured));
            }
        }
        Occupancy before = placed.isEmpty() || preemptions.touched().isEmpty() ? null : snapshot.occupancy();
        List<Decision.Start> starts = new ArrayList<>(placed.size());
        for (Claim claim : placed) {
            int machine = claim.machine;
            boolean deferred = before != null && !fitsNow(before, machine, claim);
            starts.add(
                    new Decision.Start(claim.job.id(), machine, occupancy.devices(claim.slots), claim.aged, deferred));
        }
        long wake = wake(starts, yields.size());
        return new Decision(
                yields,
                starts,
                reservations,
                wake == Ticks.NEVER ? Optional.empty() : Optional.of(Ticks.at(wake)),
                snapshot.lost(),
                snapshot.messages());
    }

    private static boolean fitsNow(Occupancy before, int machine, Claim claim) {
        Demand demand = claim.job.demand();
        if (!before.hostFits(machine, demand)) {
            return false;
        }
        for (int slot : claim.slots) {
            if (before.used(slot) + demand.shareMilli() > Demand.WHOLE) {
                return false;
            }
        }
        before.takeSlots(machine, demand, claim.slots);
        return true;
    }

    private long wake(List<Decision.Start> starts, int yields) {
        long wake = Ticks.NEVER;
        if (snapshot.waitingCount() + yields - starts.size() == 0) {
            return wake;
        }
        if (policy.preempts()) {
            wake = preemptions.running().nextChange();
            for (int i = 0; i < starts.size(); i++) {
                Decision.Start start = starts.get(i);
                JobState job = placed.get(i).job;
                long overhead = job.attempt() > 0 ? job.preemptionCost() : 0;
                wake = Math.min(
                        wake,
                        policy.changesAfter(
                                job.started(new JobState.Run(
                                        "", start.machine(), start.devices(), now, overhead, start.aged(), false)),
                                now));
            }
        }
        if (policy.maxWait() != Ticks.NEVER) {
            long bound = now - policy.maxWait();
            boolean more = true;
            for (Iterator<? extends Snapshot.Line> lines = snapshot.linesByAge(); more && lines.hasNext(); ) {
                Snapshot.Line line = lines.next();
                long next = line.nextQueuedAfter(bound);
                wake = Math.min(wake, next == Ticks.NEVER ? wake : Ticks.plus(next, policy.maxWait()));
                more = line.oldest().queuedAt() <= bound;
            }
            wake = yields == 0 ? wake : Math.min(wake, Ticks.plus(now, policy.maxWait()));
        }
        return wake;
    }
}
