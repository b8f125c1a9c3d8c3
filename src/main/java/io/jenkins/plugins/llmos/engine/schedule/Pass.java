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
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
    private final List<Demand> failed = new ArrayList<>();
    private int[] byLast;
    private double unitCost;
    private int mostSpare;
    private Held last;
    private boolean lastKnown;

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
        private final Supplier<Iterator<JobState>> source;
        private Iterator<JobState> jobs;
        JobState head;

        Cursor(Supplier<Iterator<JobState>> source) {
            this.source = source;
        }

        boolean advance(Set<String> without) {
            if (jobs == null) {
                jobs = source.get();
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
        for (Snapshot.Line line : snapshot.lines()) {
            Cursor cursor = new Cursor(line::byAge);
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
        boolean hostOnly = false;
        occupancy.measure();
        for (Snapshot.Line line : snapshot.lines()) {
            if (!strict && !policy.preempts() && line.demand().gpus() > 0 && occupancy.hopeless(line.demand())) {
                continue;
            }
            hostOnly |= line.demand().gpus() == 0;
            Cursor cursor = new Cursor(() -> line.inOrder(order));
            cursor.head = line.first(order);
            if (!done.contains(cursor.head.id()) || cursor.advance(done)) {
                queue.add(cursor);
            }
        }
        while (!queue.isEmpty()) {
            if (!hostOnly && occupancy.full() && !contestable(queue.peek().head)) {
                return;
            }
            Cursor cursor = queue.poll();
            JobState job = cursor.head;
            done.add(job.id());
            if (hopeless(job.demand()) || !place(job, false)) {
                failed.add(job.demand());
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

    /** Whether a job that asks for no more has already found no place; it came first, so this one finds none either. */
    private boolean hopeless(Demand demand) {
        for (Demand smaller : failed) {
            if (smaller.gpus() <= demand.gpus()
                    && smaller.shareMilli() <= demand.shareMilli()
                    && smaller.cpuMilli() <= demand.cpuMilli()
                    && smaller.memoryBytes() <= demand.memoryBytes()
                    && smaller.diskBytes() <= demand.diskBytes()
                    && (smaller.gpuModels().isEmpty() || smaller.gpuModels().equals(demand.gpuModels()))
                    && smaller.gpuMemoryBytes() <= demand.gpuMemoryBytes()) {
                return true;
            }
        }
        return false;
    }

    /** Whether any running job comes after this one. */
    private boolean contestable(JobState job) {
        if (!policy.preempts()) {
            return false;
        }
        findLast();
        return last != null && new Claim(job, false, policy.waitingRank(job)).before(last);
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
            if (contests != null) {
                contest(machine).add(claim);
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
        findLast();
        if (last == null || !claim.before(last)) {
            return -1;
        }
        if (heldOn == null) {
            rankRunning();
        }
        Demand demand = claim.job.demand();
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        double bestCost = Double.MAX_VALUE;
        // the machines with the least urgent jobs first, so that among equal costs those yield
        for (int m : byLast) {
            if (occupancy.closed(m) || heldOn.get(m).isEmpty() || !welcome(demand, m, preferences)) {
                continue;
            }
            Contest contest = contest(m);
            double least = contest.leastCost(claim);
            if (least < 0 || least >= bestCost) {
                continue;
            }
            double cost = contest.cost(claim, bestCost);
            if (cost >= 0 && cost < bestCost) {
                best = m;
                bestCost = cost;
                if (cost <= unitCost * Math.max(1, demand.gpus() - mostSpare)) {
                    break;
                }
            }
        }
        if (best >= 0) {
            contests[best].accept(claim, occupancy);
            if (!contests[best].touched) {
                contests[best].touched = true;
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

    /** Finds the running job that comes last in order. */
    private void findLast() {
        if (lastKnown) {
            return;
        }
        lastKnown = true;
        JobState job = null;
        long rank = 0;
        for (JobState candidate : snapshot.running()) {
            long r = policy.rankNow(candidate, now);
            boolean leaves = candidate.run().orElseThrow().yielding();
            if (r == RankedPolicy.KEEP && !leaves) {
                continue;
            }
            if (job == null
                    || leaves
                    || candidate.priority() < job.priority()
                    || (candidate.priority() == job.priority() && r > rank)) {
                job = candidate;
                rank = r;
                if (leaves) {
                    break;
                }
            }
        }
        last = job == null ? null : new Held(job, false, rank);
    }

    private void rankRunning() {
        int machines = fleet.machines().size();
        contests = new Contest[machines];
        heldOn = new ArrayList<>(machines);
        Held[] lasts = new Held[machines];
        for (int m = 0; m < machines; m++) {
            heldOn.add(new ArrayList<>(2));
        }
        unitCost = Double.MAX_VALUE;
        for (JobState job : snapshot.running()) {
            long rank = policy.rankNow(job, now);
            Held held = new Held(job, rank == RankedPolicy.KEEP, rank);
            int m = held.run().position();
            heldOn.get(m).add(held);
            if (lasts[m] == null || held.compareOrder(lasts[m]) > 0) {
                lasts[m] = held;
            }
            unitCost = Math.min(unitCost, held.run().yielding() ? 0 : Contest.deviceCost(job));
        }
        byLast = IntStream.range(0, machines)
                .filter(m -> lasts[m] != null)
                .boxed()
                .sorted((a, b) -> lasts[b].compareOrder(lasts[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int g = 0; g < fleet.groups().size(); g++) {
            mostSpare = Math.max(mostSpare, occupancy.free(g));
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
            for (JobState job : snapshot.running()) {
                wake = Math.min(wake, policy.wakeFor(job, now));
            }
            for (int i = 0; i < starts.size(); i++) {
                Decision.Start start = starts.get(i);
                JobState job = placed.get(i).job;
                long overhead = job.attempt() > 0 ? job.preemptionCost() : 0;
                wake = Math.min(
                        wake,
                        policy.wakeFor(
                                job.started(new JobState.Run(
                                        "", start.machine(), start.devices(), now, overhead, start.aged(), false)),
                                now));
            }
        }
        if (policy.maxWait() != Ticks.NEVER) {
            for (Snapshot.Line line : snapshot.lines()) {
                long next = line.nextQueuedAfter(now - policy.maxWait());
                wake = Math.min(wake, next == Ticks.NEVER ? wake : Ticks.plus(next, policy.maxWait()));
            }
            wake = yields == 0 ? wake : Math.min(wake, Ticks.plus(now, policy.maxWait()));
        }
        return wake;
    }
}
