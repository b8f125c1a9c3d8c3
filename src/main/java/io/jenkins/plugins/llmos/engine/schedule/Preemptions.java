package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Claim;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Held;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where one decision may make room among the running jobs. Nothing is computed before a job needs it. */
final class Preemptions {
    private static final int[] NONE = {};

    private final RankedPolicy policy;
    private final Snapshot snapshot;
    private final long now;
    private final Fleet fleet;
    private final Occupancy occupancy;
    private final List<Claim> placed;
    private final List<Contest> touched = new ArrayList<>();
    private Held last;
    private boolean lastKnown;

    /** For each machine on which somebody could have to yield, those that run there; null for the others. */
    private List<Held>[] heldOn;

    private Contest[] contests;
    /** The machines on which somebody could have to yield, that with the least urgent job first. */
    private int[] byLast;
    /** By machine, the job there that comes last. */
    private Held[] lasts;

    private double unitCost;
    private int mostSpare;
    private boolean shared;
    private int reach;

    /** @param placed the claims placed so far, which the caller extends */
    Preemptions(RankedPolicy policy, Snapshot snapshot, long now, Occupancy occupancy, List<Claim> placed) {
        this.policy = policy;
        this.snapshot = snapshot;
        this.now = now;
        this.fleet = snapshot.fleet();
        this.occupancy = occupancy;
        this.placed = placed;
    }

    /** The contests that a claim has won by preemption. */
    List<Contest> touched() {
        return touched;
    }

    /** Whether any running job comes after this one. */
    boolean possible(JobState job) {
        return policy.preempts() && beforeLast(new Claim(job, false, policy.waitingRank(job), NONE));
    }

    private boolean beforeLast(Claim claim) {
        findLast();
        return last != null && claim.before(last);
    }

    /** Notes a claim that got its place without preemption. */
    void placed(Claim claim) {
        if (contests != null && heldOn[claim.machine] != null) {
            contest(claim.machine).add(claim);
        }
    }

    /**
     * After a claim found no place: an upper bound of the devices that any later one in order could get together. A later
     * claim may displace no more than an earlier one, and what has been placed meanwhile only takes.
     */
    int room() {
        return shared ? Integer.MAX_VALUE : Math.max(reach, occupancy.mostFree());
    }

    /** Makes room on the machine where that costs least; false if nowhere. */
    boolean preempt(Claim claim) {
        reach = 0;
        if (!policy.preempts() || !beforeLast(claim)) {
            return false;
        }
        if (heldOn == null) {
            rankRunning();
        }
        Demand demand = claim.job.demand();
        int best = -1;
        double bestCost = Double.MAX_VALUE;
        // the machines with the least urgent jobs first, so that among equal costs those yield
        for (int m : byLast) {
            if (!claim.before(lasts[m])) {
                break;
            }
            if (occupancy.closed(m)) {
                continue;
            }
            Contest contest = contest(m);
            double least = contest.leastCost(claim);
            reach = Math.max(reach, contest.reach());
            if (least < 0 || least >= bestCost || !welcome(demand, m, claim.preferences)) {
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
        if (best < 0) {
            return false;
        }
        claim.machine = best;
        contests[best].accept(claim, occupancy);
        if (!contests[best].touched) {
            contests[best].touched = true;
            touched.add(contests[best]);
        }
        return true;
    }

    /** Whether a machine, were it empty, would take a demand. */
    boolean welcome(Demand demand, int machine, int[] preferences) {
        if (!demand.fitsHost(fleet.machine(machine))) {
            return false;
        }
        if (demand.hostOnly()) {
            return true;
        }
        List<Fleet.Group> groups = fleet.groupsOf(machine);
        for (int i = 0; i < groups.size(); i++) {
            Fleet.Group group = groups.get(i);
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

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void rankRunning() {
        int machines = fleet.machines().size();
        contests = new Contest[machines];
        heldOn = new List[machines];
        lasts = new Held[machines];
        List<Held> all = new ArrayList<>(snapshot.running().size());
        unitCost = Double.MAX_VALUE;
        int contested = 0;
        for (JobState job : snapshot.running()) {
            long rank = policy.rankNow(job, now);
            Held held = new Held(job, rank == RankedPolicy.KEEP, rank);
            all.add(held);
            int m = held.run().position();
            boolean yielding = held.run().yielding();
            if (heldOn[m] == null && (!held.fixed() || yielding)) {
                heldOn[m] = new ArrayList<>(4);
                contested++;
            }
            if (lasts[m] == null || held.compareOrder(lasts[m]) > 0) {
                lasts[m] = held;
            }
            shared |= job.demand().fractional();
            unitCost = Math.min(unitCost, yielding ? 0 : Contest.deviceCost(job));
        }
        for (Held held : all) {
            List<Held> there = heldOn[held.run().position()];
            if (there != null) {
                there.add(held);
            }
        }
        Held[] order = new Held[contested];
        for (int m = 0, n = 0; m < machines; m++) {
            if (heldOn[m] != null) {
                order[n++] = lasts[m];
            }
        }
        Arrays.sort(order, (a, b) -> b.compareOrder(a));
        byLast = new int[contested];
        for (int i = 0; i < contested; i++) {
            byLast[i] = order[i].run().position();
        }
        for (int g = 0; g < fleet.groups().size(); g++) {
            mostSpare = Math.max(mostSpare, occupancy.free(g));
        }
        // jobs already placed on these machines take part in what follows
        for (Claim claim : placed) {
            placed(claim);
        }
    }

    private Contest contest(int machine) {
        if (contests[machine] == null) {
            contests[machine] = new Contest(fleet, machine, heldOn[machine], blocked(machine));
        }
        return contests[machine];
    }

    private int[] blocked(int machine) {
        List<Snapshot.Hold> holds = snapshot.holds();
        if (holds.isEmpty()) {
            return NONE;
        }
        String name = fleet.machine(machine).name();
        return holds.stream()
                .filter(h -> name.equals(h.machine()))
                .mapToInt(h -> fleet.slot(machine, h.device()))
                .toArray();
    }
}
