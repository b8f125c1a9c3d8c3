package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet.Group;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What is taken of a fleet, and where a demand fits into the rest: best fit, so that the machine chosen keeps the fewest
 * free devices; among equals a machine already in use, so that wide holes survive; among those the first.
 */
final class Occupancy {
    private static final int WHOLE = Demand.WHOLE;

    private final Fleet fleet;
    /** Thousandths taken of each slot. */
    private final int[] used;
    /** Untouched slots of each group. */
    private final int[] free;

    private final long[] cpu;
    private final long[] memory;
    private final long[] disk;
    private final int[] jobs;
    private final boolean[] closed;
    private int partly;
    private int untouched;
    /** For each number of untouched slots, the groups that have so many. */
    private final BitSet[] byFree;
    /** The most untouched slots of any group. */
    private int mostFree;

    /** The machines that have changed since a copy was last {@link #follow brought up to date}. */
    private final BitSet changed;

    Occupancy(Fleet fleet) {
        this.fleet = fleet;
        int machines = fleet.machines().size();
        used = new int[fleet.deviceCount()];
        free = new int[fleet.groups().size()];
        cpu = new long[machines];
        memory = new long[machines];
        disk = new long[machines];
        jobs = new int[machines];
        closed = new boolean[machines];
        changed = new BitSet(machines);
        int widest = 0;
        for (Group group : fleet.groups()) {
            widest = Math.max(widest, group.devices().size());
        }
        byFree = new BitSet[widest + 1];
        for (int f = 0; f <= widest; f++) {
            byFree[f] = new BitSet(free.length);
        }
        byFree[0].set(0, free.length);
        for (int m = 0; m < machines; m++) {
            clear(m);
        }
        changed.clear();
    }

    /**
     * Makes this the same as another of the same fleet, of which it was a copy when this was last called: only what has
     * changed in either is looked at. One may have one follower.
     */
    Occupancy follow(Occupancy other) {
        changed.or(other.changed);
        for (int m = changed.nextSetBit(0); m >= 0; m = changed.nextSetBit(m + 1)) {
            List<Group> groups = fleet.groupsOf(m);
            for (int i = 0; i < groups.size(); i++) {
                int g = groups.get(i).number();
                int from = fleet.firstSlot(g);
                System.arraycopy(other.used, from, used, from, fleet.firstSlot(g + 1) - from);
                setFree(g, other.free[g]);
            }
            cpu[m] = other.cpu[m];
            memory[m] = other.memory[m];
            disk[m] = other.disk[m];
            jobs[m] = other.jobs[m];
            closed[m] = other.closed[m];
        }
        partly = other.partly;
        untouched = other.untouched;
        changed.clear();
        other.changed.clear();
        return this;
    }

    private void setFree(int group, int value) {
        if (free[group] == value) {
            return;
        }
        byFree[free[group]].clear(group);
        free[group] = value;
        byFree[value].set(group);
        mostFree = Math.max(mostFree, value);
        while (mostFree > 0 && byFree[mostFree].isEmpty()) {
            mostFree--;
        }
    }

    /** Makes a machine empty. */
    void clear(int m) {
        Machine machine = fleet.machine(m);
        cpu[m] = machine.cpuMilli();
        memory[m] = machine.memoryBytes();
        disk[m] = machine.diskBytes();
        jobs[m] = 0;
        changed.set(m);
        for (Group group : fleet.groupsOf(m)) {
            int from = fleet.firstSlot(group.number());
            int to = fleet.firstSlot(group.number() + 1);
            for (int slot = from; slot < to; slot++) {
                if (used[slot] > 0 && used[slot] < WHOLE) {
                    partly--;
                }
                used[slot] = 0;
            }
            untouched += to - from - free[group.number()];
            setFree(group.number(), to - from);
        }
    }

    /** Whether no device has anything left. */
    boolean full() {
        return untouched == 0 && partly == 0;
    }

    /** The most untouched devices that any group has. */
    int mostFree() {
        return mostFree;
    }

    /** Gives the machine to nobody else. */
    void close(int machine) {
        closed[machine] = true;
        changed.set(machine);
    }

    boolean closed(int machine) {
        return closed[machine];
    }

    int used(int slot) {
        return used[slot];
    }

    int free(int group) {
        return free[group];
    }

    /** Takes an unused device out of service; false if it is used. */
    boolean block(int slot) {
        if (used[slot] != 0) {
            return false;
        }
        add(slot, WHOLE);
        changed.set(fleet.groups().get(fleet.groupOfSlot(slot)).machine());
        return true;
    }

    /** Why a run cannot be as it is told, or null if it can. */
    String conflict(int machine, Demand demand, List<Integer> devices) {
        if (devices.size() != demand.gpus()) {
            return "holds " + devices.size() + " devices though it asked for " + demand.gpus();
        }
        for (int i = 0; i < devices.size(); i++) {
            int slot = fleet.slot(machine, devices.get(i));
            String name = "device " + devices.get(i) + " of machine "
                    + fleet.machine(machine).name();
            if (slot < 0) {
                return "holds " + name + ", which is gone or in error";
            }
            if (used[slot] + demand.shareMilli() > WHOLE
                    || devices.subList(0, i).contains(devices.get(i))) {
                return "holds " + name + ", which another job holds";
            }
        }
        return null;
    }

    /** Takes devices, and the host's resources with them. */
    void take(int machine, Demand demand, List<Integer> devices) {
        for (int i = 0; i < devices.size(); i++) {
            add(fleet.slot(machine, devices.get(i)), demand.shareMilli());
        }
        takeHost(machine, demand, 1);
    }

    /** The opposite of {@link #take}. */
    void release(int machine, Demand demand, List<Integer> devices) {
        for (int i = 0; i < devices.size(); i++) {
            add(fleet.slot(machine, devices.get(i)), -demand.shareMilli());
        }
        takeHost(machine, demand, -1);
    }

    void takeSlots(int machine, Demand demand, int[] slots) {
        for (int slot : slots) {
            add(slot, demand.shareMilli());
        }
        takeHost(machine, demand, 1);
    }

    private void takeHost(int machine, Demand demand, int sign) {
        cpu[machine] -= sign * demand.cpuMilli();
        memory[machine] -= sign * demand.memoryBytes();
        disk[machine] -= sign * demand.diskBytes();
        jobs[machine] += sign;
        changed.set(machine);
    }

    private void add(int slot, int milli) {
        int before = used[slot];
        int after = before + milli;
        used[slot] = after;
        partly += (after > 0 && after < WHOLE ? 1 : 0) - (before > 0 && before < WHOLE ? 1 : 0);
        int change = (after == 0 ? 1 : 0) - (before == 0 ? 1 : 0);
        untouched += change;
        int group = fleet.groupOfSlot(slot);
        setFree(group, free[group] + change);
    }

    boolean hostFits(int machine, Demand demand) {
        Machine host = fleet.machine(machine);
        return jobs[machine] < host.jobs()
                && demand.admits(host)
                && demand.cpuMilli() <= cpu[machine]
                && demand.memoryBytes() <= memory[machine]
                && demand.diskBytes() <= disk[machine];
    }

    /** Whether nothing can fit that asks for as many devices, whatever else it asks for. */
    boolean hopeless(Demand demand) {
        return demand.fractional() ? mostFree == 0 && partly == 0 : demand.gpus() > mostFree;
    }

    /**
     * Finds a place among what is free.
     *
     * @param only position of the one machine to look at, which may be closed, or −1 for all that are not
     * @return the machine's position, or −1; the slots then come from {@link #slots}
     */
    int find(Demand demand, int only) {
        if (only < 0 && demand.gpus() > 0 && hopeless(demand)) {
            return -1;
        }
        if (demand.gpus() == 0) {
            return findHost(demand, only);
        }
        Search search = new Search(demand);
        if (only >= 0) {
            for (Group group : fleet.groupsOf(only)) {
                search.look(group.number(), true);
            }
        } else if (demand.fractional()) {
            for (int g = 0; g < free.length; g++) {
                search.look(g, false);
            }
        } else {
            // fewest free first, so that the rest need not be looked at
            for (int f = demand.gpus(); f <= mostFree && !search.settled(); f++) {
                for (int g = byFree[f].nextSetBit(0); g >= 0; g = byFree[f].nextSetBit(g + 1)) {
                    search.look(g, false);
                }
            }
        }
        return search.best < 0 ? -1 : fleet.groups().get(search.best).machine();
    }

    /** The best of the groups looked at. */
    private final class Search {
        private final Demand demand;
        private final int[] preferences;
        private int best = -1;
        private int bestPreference = Integer.MAX_VALUE;
        private long bestScore = Long.MAX_VALUE;

        Search(Demand demand) {
            this.demand = demand;
            this.preferences = fleet.preferences(demand);
        }

        void look(int g, boolean evenClosed) {
            int m = fleet.groups().get(g).machine();
            int preference = preferences[g];
            if (preference < 0 || preference > bestPreference || (closed[m] && !evenClosed) || !hostFits(m, demand)) {
                return;
            }
            long score = demand.fractional() ? shareScore(g, demand.shareMilli()) : wholeScore(g, demand.gpus());
            if (score == Long.MAX_VALUE) {
                return;
            }
            score = score * 2 + (jobs[m] > 0 ? 0 : 1);
            if (preference < bestPreference || score < bestScore) {
                best = g;
                bestPreference = preference;
                bestScore = score;
            }
        }

        /** Whether no group with more untouched devices can be better. */
        boolean settled() {
            return bestPreference == 0;
        }
    }

    private int findHost(Demand demand, int only) {
        int best = -1;
        for (int m = Math.max(0, only); m < (only < 0 ? cpu.length : only + 1); m++) {
            if ((!closed[m] || only >= 0) && hostFits(m, demand) && (best < 0 || (jobs[best] == 0 && jobs[m] > 0))) {
                best = m;
            }
        }
        return best;
    }

    private long wholeScore(int group, int gpus) {
        return free[group] < gpus ? Long.MAX_VALUE : free[group] - gpus;
    }

    /** A partly used device that is left fuller is better than one left emptier, and any is better than a fresh one. */
    private long shareScore(int group, int share) {
        int slot = shareSlot(group, share);
        if (slot < 0) {
            return Long.MAX_VALUE;
        }
        return used[slot] > 0 ? WHOLE - used[slot] - share : WHOLE + free[group];
    }

    private int shareSlot(int group, int share) {
        int best = -1;
        for (int slot = fleet.firstSlot(group); slot < fleet.firstSlot(group + 1); slot++) {
            if (used[slot] + share <= WHOLE && (best < 0 || used[slot] > used[best])) {
                best = slot;
            }
        }
        return best;
    }

    /**
     * The slots a demand would get on a machine on which {@link #find} says it fits.
     *
     * @return null if it does not fit
     */
    int[] slots(int machine, Demand demand) {
        if (demand.gpus() == 0) {
            return hostFits(machine, demand) ? new int[0] : null;
        }
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        long bestScore = Long.MAX_VALUE;
        for (Group group : fleet.groupsOf(machine)) {
            int g = group.number();
            if (preferences[g] < 0) {
                continue;
            }
            long score = demand.fractional() ? shareScore(g, demand.shareMilli()) : wholeScore(g, demand.gpus());
            if (score != Long.MAX_VALUE
                    && (best < 0
                            || preferences[g] < preferences[best]
                            || (preferences[g] == preferences[best] && score < bestScore))) {
                best = g;
                bestScore = score;
            }
        }
        if (best < 0 || !hostFits(machine, demand)) {
            return null;
        }
        if (demand.fractional()) {
            return new int[] {shareSlot(best, demand.shareMilli())};
        }
        int[] slots = new int[demand.gpus()];
        int n = 0;
        for (int slot = fleet.firstSlot(best); n < slots.length; slot++) {
            if (used[slot] == 0) {
                slots[n++] = slot;
            }
        }
        return slots;
    }

    /** The indexes of the devices of slots. */
    List<Integer> devices(int[] slots) {
        List<Integer> devices = new ArrayList<>(slots.length);
        Arrays.sort(slots);
        for (int slot : slots) {
            devices.add(fleet.deviceOfSlot(slot));
        }
        return devices;
    }
}
