package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Contest.Claim;
import io.jenkins.plugins.llmos.engine.schedule.RunningOrder.Held;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

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
    private final Map<Integer, Contest> contests = new HashMap<>();
    private RunningOrder running;
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
        return policy.preempts() && beforeLast(claim(job, false, NONE));
    }

    /** A claim that has no place yet. */
    Claim claim(JobState job, boolean aged, int[] preferences) {
        return new Claim(job, aged, policy.inFrame(policy.waitingRank(job), now), preferences);
    }

    /** The running jobs in order. */
    RunningOrder running() {
        if (running == null) {
            running = snapshot.running(policy, now);
        }
        return running;
    }

    private boolean beforeLast(Claim claim) {
        Held last = running().last();
        return last != null && claim.before(last);
    }

    /** Notes a claim that got its place without preemption. */
    void placed(Claim claim) {
        Contest contest = contests.get(claim.machine);
        if (contest != null) {
            contest.add(claim);
        }
    }

    /**
     * After a claim found no place: an upper bound of the devices that any later one in order could get together. A later
     * claim may displace no more than an earlier one, and what has been placed meanwhile only takes.
     */
    int room() {
        return running().shared() ? Integer.MAX_VALUE : Math.max(reach, occupancy.mostFree());
    }

    /** Makes room on the machine where that costs least; false if nowhere. */
    boolean preempt(Claim claim) {
        reach = 0;
        if (!policy.preempts() || !beforeLast(claim)) {
            return false;
        }
        Demand demand = claim.job.demand();
        int best = -1;
        double bestCost = Double.MAX_VALUE;
        double unitCost = running.leastDeviceCost();
        int mostSpare = occupancy.mostFree();
        BitSet seen = new BitSet(fleet.machines().size());
        // the machines with the least urgent jobs first, so that among equal costs those yield
        for (Iterator<Held> order = running.lastFirst(); order.hasNext(); ) {
            Held held = order.next();
            if (!claim.before(held)) {
                break;
            }
            int m = held.run().position();
            if (seen.get(m) || occupancy.closed(m)) {
                continue;
            }
            seen.set(m);
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
        Contest contest = contest(best);
        contest.accept(claim, occupancy);
        if (!contest.touched) {
            contest.touched = true;
            touched.add(contest);
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

    private Contest contest(int machine) {
        Contest contest = contests.get(machine);
        if (contest == null) {
            contest = new Contest(fleet, machine, running.on(machine), blocked(machine));
            contests.put(machine, contest);
            // jobs already placed on the machine take part in what follows
            for (Claim claim : placed) {
                if (claim.machine == machine) {
                    contest.add(claim);
                }
            }
        }
        return contest;
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
