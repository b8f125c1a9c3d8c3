package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet.Group;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.RunningOrder.Held;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who stays on one machine when jobs that wait go before jobs that run. All of them, running and newly placed, are taken
 * in the policy's order while they fit; a running job that does not fit at its turn has to yield. A running job keeps
 * its own devices; a new one that wants whole devices is only counted until it is known who stays.
 */
final class Contest {
    /** A waiting job that has been given a place. */
    static final class Claim {
        final JobState job;
        final boolean aged;
        /** Its rank in the frame of {@link RankedPolicy#inFrame}. */
        final long rank;
        /** The slots it has now; they may change until all is decided, never the machine. */
        int[] slots = NONE;

        int machine = -1;
        /** How welcome the devices of each group are to it. */
        final int[] preferences;

        Claim(JobState job, boolean aged, long rank, int[] preferences) {
            this.job = job;
            this.aged = aged;
            this.rank = rank;
            this.preferences = preferences;
        }

        /** Whether it would rather be served than the running job be kept. */
        boolean before(Held held) {
            if (held.run().yielding()) {
                return true;
            }
            if (held.fixed()) {
                return false;
            }
            if (aged || job.priority() != held.job().priority()) {
                return aged || job.priority() > held.job().priority();
            }
            return rank < held.rank();
        }
    }

    private static final int WHOLE = Demand.WHOLE;
    private static final int[] NONE = {};

    private final Fleet fleet;
    private final int machine;
    private final Held[] held;
    private final boolean[] kept;
    private final boolean[] stays;
    private final double[] unit;
    /** Devices that each running job holds, 1 if none. */
    private final int[] width;

    private int reach;
    /** Devices that neither a running job that stays nor a claim has. */
    private int spare;

    boolean touched;
    private final List<Claim> claims = new ArrayList<>();
    private final int base;
    private final int[] blocked;
    private final int[] taken;
    /** For each slot the first in order of those that hold it. */
    private final int[] holder;

    private final int[] available;
    private final int firstGroup;
    private long cpu;
    private long memory;
    private long disk;
    private int jobs;

    /** @param blocked slots that are out of service */
    Contest(Fleet fleet, int machine, List<Held> running, int[] blocked) {
        this.fleet = fleet;
        this.machine = machine;
        this.held = running.toArray(new Held[0]);
        Arrays.sort(held, Held::compareOrder);
        this.kept = new boolean[held.length];
        this.stays = new boolean[held.length];
        this.unit = new double[held.length];
        this.width = new int[held.length];
        for (int i = 0; i < held.length; i++) {
            kept[i] = !held[i].run().yielding();
            unit[i] = deviceCost(held[i].job().preemptionCost());
            width[i] = Math.max(1, held[i].run().devices().size());
        }
        this.blocked = blocked;
        List<Group> groups = fleet.groupsOf(machine);
        firstGroup = groups.isEmpty() ? 0 : groups.get(0).number();
        base = groups.isEmpty() ? 0 : fleet.firstSlot(firstGroup);
        int slots = 0;
        for (int g = 0; g < groups.size(); g++) {
            slots += groups.get(g).devices().size();
        }
        taken = new int[slots];
        holder = new int[slots];
        available = new int[groups.size()];
        Arrays.fill(holder, Integer.MAX_VALUE);
        spare = slots - blocked.length;
        for (int i = held.length - 1; i >= 0; i--) {
            if (kept[i]) {
                List<Integer> devices = held[i].run().devices();
                for (int d = 0; d < devices.size(); d++) {
                    int slot = fleet.slot(machine, devices.get(d)) - base;
                    spare -= holder[slot] == Integer.MAX_VALUE ? 1 : 0;
                    holder[slot] = i;
                }
            }
        }
    }

    /** Notes a claim that fits beside all that run. */
    void add(Claim claim) {
        claims.add(claim);
        // a share may or may not take a device of its own; counting it as none keeps the bound a bound
        spare -= claim.job.demand().fractional() ? 0 : claim.job.demand().gpus();
    }

    List<Claim> claims() {
        return claims;
    }

    /** The running jobs that have to go, apart from those already asked to. */
    List<JobState> victims() {
        List<JobState> victims = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            if (!kept[i] && !held[i].run().yielding()) {
                victims.add(held[i].job());
            }
        }
        return victims;
    }

    /** What a preemption costs for each device that the job holds, in seconds. */
    static double deviceCost(long preemptionCost) {
        // a tiny charge for each victim, so that fewer are better where preemption is free
        return Ticks.seconds(preemptionCost) + 1e-9;
    }

    /**
     * A quick lower bound of {@link #cost}.
     *
     * @return −1 if too few devices could be had whatever it costs
     */
    double leastCost(Claim claim) {
        int last = held.length - 1;
        reach = spare;
        if (last < 0 || !claim.before(held[last])) {
            return -1;
        }
        int gpus = claim.job.demand().gpus();
        int need = claim.job.demand().fractional() ? 1 : gpus;
        int had = spare;
        double cheapest = Double.MAX_VALUE;
        for (int i = last; i >= 0 && claim.before(held[i]); i--) {
            if (kept[i]) {
                had += width[i];
                cheapest = Math.min(cheapest, unit[i]);
            }
        }
        reach = had;
        if (had < need) {
            return -1;
        }
        return cheapest == Double.MAX_VALUE ? 0 : Math.max(0, need - spare) * cheapest;
    }

    /** How many devices the claim last asked about in {@link #leastCost} could have at most. */
    int reach() {
        return reach;
    }

    /**
     * What it would cost to let a further claim in: the preemption cost of each further job that has to yield, times its
     * devices.
     *
     * @param bound a cost that is too high to be of interest
     * @return −1 if it does not fit even so, or costs the bound or more
     */
    double cost(Claim extra, double bound) {
        int[][] before = new int[claims.size()][];
        for (int i = 0; i < before.length; i++) {
            before[i] = claims.get(i).slots;
        }
        boolean fits = trial(extra, stays);
        for (int i = 0; i < before.length; i++) {
            claims.get(i).slots = before[i];
        }
        extra.slots = NONE;
        if (!fits) {
            return -1;
        }
        double cost = 0;
        for (int i = 0; i < held.length; i++) {
            if (kept[i] && !stays[i]) {
                cost += unit[i] * Math.max(1, held[i].job().demand().gpus());
            }
        }
        return cost < bound ? cost : -1;
    }

    /** Lets a claim in for which {@link #cost} was not −1, and writes the outcome into the occupancy. */
    void accept(Claim extra, Occupancy occupancy) {
        if (!trial(extra, kept)) {
            throw new IllegalStateException("claim of " + extra.job.id() + " no longer fits");
        }
        claims.add(extra);
        occupancy.clear(machine);
        spare = 0;
        for (int slot : blocked) {
            occupancy.block(slot);
        }
        for (int i = 0; i < held.length; i++) {
            if (kept[i]) {
                occupancy.take(machine, held[i].job().demand(), held[i].run().devices());
            }
        }
        // shares first: they were promised particular devices, whole devices only a number
        for (int round = 0; round < 2; round++) {
            for (Claim claim : claims) {
                Demand demand = claim.job.demand();
                if (demand.fractional() == (round == 0)) {
                    int[] slots = demand.fractional() ? claim.slots : occupancy.slots(machine, demand);
                    if (slots == null) {
                        throw new IllegalStateException("no devices are left for " + claim.job.id());
                    }
                    claim.slots = slots;
                    occupancy.takeSlots(machine, demand, slots);
                }
            }
        }
        for (Group group : fleet.groupsOf(machine)) {
            for (int slot = fleet.firstSlot(group.number()); slot < fleet.firstSlot(group.number() + 1); slot++) {
                spare += occupancy.used(slot) < WHOLE ? 1 : 0;
            }
        }
    }

    private boolean trial(Claim extra, boolean[] stays) {
        Machine host = fleet.machine(machine);
        cpu = host.cpuMilli();
        memory = host.memoryBytes();
        disk = host.diskBytes();
        jobs = host.jobs();
        Arrays.fill(taken, 0);
        for (Group group : fleet.groupsOf(machine)) {
            available[group.number() - firstGroup] = group.devices().size();
        }
        for (int slot : blocked) {
            taken[slot - base] = WHOLE;
            available[fleet.groupOfSlot(slot) - firstGroup]--;
        }
        int next = 0;
        for (int i = 0; i < held.length; i++) {
            for (; next <= claims.size() && claim(next, extra).before(held[i]); next++) {
                if (!place(claim(next, extra))) {
                    return false;
                }
            }
            stays[i] = !held[i].run().yielding() && keep(held[i]);
        }
        for (; next <= claims.size(); next++) {
            if (!place(claim(next, extra))) {
                return false;
            }
        }
        return true;
    }

    private Claim claim(int i, Claim extra) {
        return i < claims.size() ? claims.get(i) : extra;
    }

    private boolean host(Demand demand) {
        if (jobs == 0 || demand.cpuMilli() > cpu || demand.memoryBytes() > memory || demand.diskBytes() > disk) {
            return false;
        }
        cpu -= demand.cpuMilli();
        memory -= demand.memoryBytes();
        disk -= demand.diskBytes();
        jobs--;
        return true;
    }

    private boolean keep(Held candidate) {
        Demand demand = candidate.job().demand();
        List<Integer> devices = candidate.run().devices();
        if (!devices.isEmpty()) {
            int share = demand.shareMilli();
            int fresh = 0;
            int group = 0;
            for (int i = 0; i < devices.size(); i++) {
                int slot = fleet.slot(machine, devices.get(i));
                if (taken[slot - base] + share > WHOLE) {
                    return false;
                }
                fresh += taken[slot - base] == 0 ? 1 : 0;
                group = fleet.groupOfSlot(slot) - firstGroup;
            }
            if (available[group] < fresh || !host(demand)) {
                return false;
            }
            available[group] -= fresh;
            for (int i = 0; i < devices.size(); i++) {
                taken[fleet.slot(machine, devices.get(i)) - base] += share;
            }
            return true;
        }
        return host(demand);
    }

    private boolean place(Claim claim) {
        Demand demand = claim.job.demand();
        if (demand.gpus() == 0) {
            return host(demand);
        }
        int[] preferences = claim.preferences;
        int best = -1;
        List<Group> groups = fleet.groupsOf(machine);
        for (int i = 0; i < groups.size(); i++) {
            int g = groups.get(i).number();
            boolean fits = demand.fractional() ? shareSlot(g, claim) >= 0 : available[g - firstGroup] >= demand.gpus();
            if (preferences[g] >= 0
                    && fits
                    && (best < 0
                            || preferences[g] < preferences[best]
                            || (preferences[g] == preferences[best]
                                    && available[g - firstGroup] < available[best - firstGroup]))) {
                best = g;
            }
        }
        if (best < 0 || !host(demand)) {
            return false;
        }
        if (demand.fractional()) {
            int slot = shareSlot(best, claim);
            available[best - firstGroup] -= taken[slot - base] == 0 ? 1 : 0;
            taken[slot - base] += demand.shareMilli();
            claim.slots = new int[] {slot};
        } else {
            available[best - firstGroup] -= demand.gpus();
        }
        return true;
    }

    /** A device already shared and with room, else one whose holder is last in order. */
    private int shareSlot(int group, Claim claim) {
        int share = claim.job.demand().shareMilli();
        boolean fresh = available[group - firstGroup] > 0;
        if (claim.slots.length == 1 && fleet.groupOfSlot(claim.slots[0]) == group) {
            int now = taken[claim.slots[0] - base];
            if (now + share <= WHOLE && (now > 0 || fresh)) {
                return claim.slots[0];
            }
        }
        int best = -1;
        for (int slot = fleet.firstSlot(group); slot < fleet.firstSlot(group + 1); slot++) {
            int now = taken[slot - base];
            if (now + share > WHOLE || (now == 0 && !fresh)) {
                continue;
            }
            if (best < 0
                    || now > taken[best - base]
                    || (now == 0 && taken[best - base] == 0 && holder[slot - base] > holder[best - base])) {
                best = slot;
            }
        }
        return best;
    }
}
