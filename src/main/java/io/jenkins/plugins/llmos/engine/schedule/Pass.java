package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Claim;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Held;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

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
    private final List<Claim> placed = new ArrayList<>();
    private final List<Integer> placedOn = new ArrayList<>();
    private final List<Decision.Reservation> reservations = new ArrayList<>();
    private final List<Contest> touched = new ArrayList<>();
    private final Set<String> done = new HashSet<>();
    private Contest[] contests;
    private List<List<Held>> heldOn;
    private Held last;

    Pass(RankedPolicy policy, Snapshot snapshot, long now) {
        this.policy = policy;
        this.snapshot = snapshot;
        this.now = now;
        this.fleet = snapshot.fleet();
        this.occupancy = snapshot.waitingCount() == 0 ? new Occupancy(new Fleet(List.of())) : snapshot.occupancy();
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
        final Iterator<JobState> jobs;
        JobState head;

        Cursor(Iterator<JobState> jobs) {
            this.jobs = jobs;
        }

        boolean advance(Set<String> without) {
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
        for (Snapshot.Line line : snapshot.lines()) {
            Cursor cursor = new Cursor(line.byAge());
            if (cursor.advance(done) && cursor.head.queuedAt() <= bound) {
                queue.add(cursor);
            }
        }
        while (!queue.isEmpty()) {
            Cursor cursor = queue.poll();
            boolean more = place(cursor.head, true);
            if (!more) {
                more = reserve(cursor.head);
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
        PriorityQueue<Cursor> queue = new PriorityQueue<>((a, b) -> order.compare(a.head, b.head));
        boolean strict = policy.settings().fit() == FitRule.STRICT;
        for (Snapshot.Line line : snapshot.lines()) {
            if (!strict && !policy.preempts() && occupancy.hopeless(line.demand())) {
                continue;
            }
            Cursor cursor = new Cursor(line.inOrder(order));
            if (cursor.advance(done)) {
                queue.add(cursor);
            }
        }
        while (!queue.isEmpty()) {
            Cursor cursor = queue.poll();
            if (!place(cursor.head, false)) {
                if (strict) {
                    return;
                }
                continue;
            }
            if (cursor.advance(done)) {
                queue.add(cursor);
            }
        }
    }

    private boolean place(JobState job, boolean aged) {
        Demand demand = job.demand();
        int machine = job.reserved() >= 0 && job.reserved() < fleet.machines().size() && aged
                ? occupancy.find(demand, job.reserved())
                : -1;
        machine = machine >= 0 ? machine : occupancy.find(demand, -1);
        Claim claim = new Claim(job, aged, policy.waitingRank(job));
        if (machine >= 0) {
            int[] slots = occupancy.slots(machine, demand);
            if (slots == null) {
                throw new IllegalStateException("found a place for " + job.id() + " but no devices");
            }
            claim.slots = slots;
            occupancy.takeSlots(machine, demand, slots);
            if (contests != null && contests[machine] != null) {
                contests[machine].add(claim);
            }
        } else {
            machine = preempt(claim);
            if (machine < 0) {
                return false;
            }
        }
        placed.add(claim);
        placedOn.add(machine);
        done.add(job.id());
        return true;
    }

    /** Makes room on the machine where that costs least; −1 if nowhere. */
    private int preempt(Claim claim) {
        if (!policy.preempts() || snapshot.running().isEmpty()) {
            return -1;
        }
        if (heldOn == null) {
            rankRunning();
        }
        if (last == null || !claim.before(last)) {
            return -1;
        }
        Demand demand = claim.job.demand();
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        double bestCost = Double.MAX_VALUE;
        for (int m = 0; m < contests.length; m++) {
            if (occupancy.closed(m) || heldOn.get(m).isEmpty() || !welcome(demand, m, preferences)) {
                continue;
            }
            Contest contest = contest(m);
            if (!contest.contested(claim)) {
                continue;
            }
            double cost = contest.cost(claim);
            if (cost >= 0 && cost < bestCost) {
                best = m;
                bestCost = cost;
            }
        }
        if (best >= 0) {
            contests[best].accept(claim, occupancy);
            if (!touched.contains(contests[best])) {
                touched.add(contests[best]);
            }
        }
        return best;
    }

    private boolean welcome(Demand demand, int machine, int[] preferences) {
        if (!demand.fitsHost(fleet.machine(machine))) {
            return false;
        }
        if (demand.gpus() == 0) {
            return true;
        }
        for (Fleet.Group group : fleet.groupsOf(machine)) {
            if (preferences[group.number()] >= 0 && group.devices().size() >= demand.gpus()) {
                return true;
            }
        }
        return false;
    }

    private void rankRunning() {
        contests = new Contest[fleet.machines().size()];
        heldOn = new ArrayList<>(contests.length);
        for (int m = 0; m < contests.length; m++) {
            heldOn.add(new ArrayList<>(2));
        }
        for (JobState job : snapshot.running()) {
            long rank = policy.rankNow(job, now);
            Held held = new Held(job, rank == RankedPolicy.KEEP, rank);
            heldOn.get(held.run().position()).add(held);
            if (last == null || held.compareOrder(last) > 0) {
                last = held;
            }
        }
        // jobs already placed on these machines take part in what follows
        for (int i = 0; i < placed.size(); i++) {
            contest(placedOn.get(i)).add(placed.get(i));
        }
    }

    private Contest contest(int machine) {
        if (contests[machine] == null) {
            int[] blocked = snapshot.holds().stream()
                    .filter(h -> fleet.machine(machine).name().equals(h.machine()))
                    .mapToInt(h -> fleet.slot(machine, h.device()))
                    .toArray();
            contests[machine] = new Contest(fleet, machine, heldOn.get(machine), blocked);
        }
        return contests[machine];
    }

    /** Keeps a machine for a job that has aged; false if none is left to keep. */
    private boolean reserve(JobState job) {
        Demand demand = job.demand();
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        if (job.reserved() >= 0
                && job.reserved() < fleet.machines().size()
                && !occupancy.closed(job.reserved())
                && welcome(demand, job.reserved(), preferences)) {
            best = job.reserved();
        } else {
            int bestMissing = Integer.MAX_VALUE;
            for (int m = 0; m < fleet.machines().size(); m++) {
                if (occupancy.closed(m) || !welcome(demand, m, preferences)) {
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
        for (Contest contest : touched) {
            List<Claim> claims = contest.claims();
            String favoured = claims.get(claims.size() - 1).job.id();
            for (JobState victim : contest.victims()) {
                yields.add(new Decision.Yield(victim.id(), favoured));
            }
        }
        Occupancy before = placed.isEmpty() || touched.isEmpty() ? null : snapshot.occupancy();
        List<Decision.Start> starts = new ArrayList<>(placed.size());
        for (int i = 0; i < placed.size(); i++) {
            Claim claim = placed.get(i);
            int machine = placedOn.get(i);
            boolean deferred = before != null && !fitsNow(before, machine, claim);
            starts.add(
                    new Decision.Start(claim.job.id(), machine, occupancy.devices(claim.slots), claim.aged, deferred));
        }
        long wake = wake();
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

    private long wake() {
        long wake = Ticks.NEVER;
        if (snapshot.waitingCount() == 0) {
            return wake;
        }
        if (policy.preempts()) {
            for (JobState job : snapshot.running()) {
                wake = Math.min(wake, policy.wakeFor(job, now));
            }
        }
        if (policy.maxWait() != Ticks.NEVER) {
            for (Snapshot.Line line : snapshot.lines()) {
                long next = line.nextQueuedAfter(now - policy.maxWait());
                wake = Math.min(wake, next == Ticks.NEVER ? wake : Ticks.plus(next, policy.maxWait()));
            }
        }
        return wake;
    }
}
