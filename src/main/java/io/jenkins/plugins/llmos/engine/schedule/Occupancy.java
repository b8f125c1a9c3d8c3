package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet.Group;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.util.ArrayList;
import java.util.Arrays;
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
    /** No group has more untouched slots than this. */
    private int mostFree;

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
        mostFree = Integer.MAX_VALUE;
        for (int m = 0; m < machines; m++) {
            clear(m);
        }
    }

    Occupancy(Occupancy other) {
        fleet = other.fleet;
        used = other.used.clone();
        free = other.free.clone();
        cpu = other.cpu.clone();
        memory = other.memory.clone();
        disk = other.disk.clone();
        jobs = other.jobs.clone();
        closed = other.closed.clone();
        partly = other.partly;
        untouched = other.untouched;
        mostFree = other.mostFree;
    }

    /** Makes a machine empty. */
    void clear(int m) {
        Machine machine = fleet.machine(m);
        cpu[m] = machine.cpuMilli();
        memory[m] = machine.memoryBytes();
        disk[m] = machine.diskBytes();
        jobs[m] = 0;
        mostFree = Integer.MAX_VALUE;
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
            free[group.number()] = to - from;
        }
    }

    /** Whether no device has anything left. */
    boolean full() {
        return untouched == 0 && partly == 0;
    }

    /** Looks up how many devices a group has left at most, so that {@link #hopeless} can tell. */
    void measure() {
        int most = 0;
        for (int f : free) {
            most = Math.max(most, f);
        }
        mostFree = most;
    }

    /** No group has more untouched devices than this; it is exact after {@link #find} has looked at all and failed. */
    int mostFree() {
        return mostFree;
    }

    /** Gives the machine to nobody else. */
    void close(int machine) {
        closed[machine] = true;
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
        mostFree = Integer.MAX_VALUE;
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
    }

    private void add(int slot, int milli) {
        int before = used[slot];
        int after = before + milli;
        used[slot] = after;
        partly += (after > 0 && after < WHOLE ? 1 : 0) - (before > 0 && before < WHOLE ? 1 : 0);
        int change = (after == 0 ? 1 : 0) - (before == 0 ? 1 : 0);
        free[fleet.groupOfSlot(slot)] += change;
        untouched += change;
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
        int[] preferences = fleet.preferences(demand);
        int best = -1;
        int bestPreference = Integer.MAX_VALUE;
        long bestScore = Long.MAX_VALUE;
        int most = 0;
        List<Group> groups = only < 0 ? fleet.groups() : fleet.groupsOf(only);
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            int g = group.number();
            int m = group.machine();
            most = Math.max(most, free[g]);
            int preference = preferences[g];
            if (preference < 0 || preference > bestPreference || (closed[m] && only < 0) || !hostFits(m, demand)) {
                continue;
            }
            long score = demand.fractional() ? shareScore(g, demand.shareMilli()) : wholeScore(g, demand.gpus());
            if (score == Long.MAX_VALUE) {
                continue;
            }
            score = score * 2 + (jobs[m] > 0 ? 0 : 1);
            if (preference < bestPreference || score < bestScore) {
                best = g;
                bestPreference = preference;
                bestScore = score;
            }
        }
        if (only < 0) {
            mostFree = most;
        }
        return best < 0 ? -1 : fleet.groups().get(best).machine();
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
