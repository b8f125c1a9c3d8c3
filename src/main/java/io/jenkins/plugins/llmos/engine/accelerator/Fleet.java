package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All machines with their devices, immutable. Healthy devices of one machine that are interchangeable form a
 * {@link Group}: a gang of several devices always comes from one group, so that no training waits for its slowest
 * device.
 */
public final class Fleet {
    /**
     * Interchangeable healthy devices of one machine.
     *
     * @param number position among the fleet's groups, from 0
     * @param machine position of its machine, from 0
     * @param sample one of its devices
     * @param devices the devices' indexes, ascending
     */
    public record Group(int number, int machine, Device sample, List<Integer> devices) {}

    private final List<Machine> machines;
    private final List<Group> groups;
    private final List<List<Group>> groupsOf;
    private final Map<String, Integer> byName = new HashMap<>();
    private final int[] firstSlot;
    private final int[] slotGroup;
    private final int[][] slotOf;
    private final ConcurrentMap<Wish, int[]> preferences = new ConcurrentHashMap<>();

    private record Wish(List<String> models, long memory, int share, String label) {}

    /** @throws IllegalArgumentException if two machines have the same name */
    public Fleet(List<Machine> machines) {
        this.machines = List.copyOf(machines);
        List<Group> all = new ArrayList<>();
        List<List<Group>> perMachine = new ArrayList<>();
        for (int m = 0; m < this.machines.size(); m++) {
            Machine machine = this.machines.get(m);
            if (byName.put(machine.name(), m) != null) {
                throw new IllegalArgumentException("two machines are called " + machine.name());
            }
            List<Group> own = groups(machine, m, all.size());
            all.addAll(own);
            perMachine.add(own);
        }
        this.groups = List.copyOf(all);
        this.groupsOf = List.copyOf(perMachine);
        this.firstSlot = new int[groups.size() + 1];
        for (int g = 0; g < groups.size(); g++) {
            firstSlot[g + 1] = firstSlot[g] + groups.get(g).devices().size();
        }
        this.slotGroup = new int[firstSlot[groups.size()]];
        this.slotOf = new int[this.machines.size()][];
        for (int m = 0; m < slotOf.length; m++) {
            int last = this.machines.get(m).devices().stream()
                    .mapToInt(Device::index)
                    .max()
                    .orElse(-1);
            slotOf[m] = new int[last + 1];
            Arrays.fill(slotOf[m], -1);
        }
        for (Group group : groups) {
            int slot = firstSlot[group.number()];
            for (int device : group.devices()) {
                slotGroup[slot] = group.number();
                slotOf[group.machine()][device] = slot++;
            }
        }
    }

    private static List<Group> groups(Machine machine, int position, int firstNumber) {
        List<Device> samples = new ArrayList<>();
        List<List<Integer>> members = new ArrayList<>();
        for (Device device : machine.devices()) {
            if (device.health() != Health.OK) {
                continue;
            }
            int g = 0;
            while (g < samples.size() && !samples.get(g).alike(device)) {
                g++;
            }
            if (g == samples.size()) {
                samples.add(device);
                members.add(new ArrayList<>());
            }
            members.get(g).add(device.index());
        }
        List<Group> result = new ArrayList<>();
        for (int g = 0; g < samples.size(); g++) {
            List<Integer> devices = members.get(g).stream().sorted().toList();
            result.add(new Group(firstNumber + g, position, samples.get(g), devices));
        }
        return List.copyOf(result);
    }

    /** One machine. */
    public static Fleet of(Machine machine) {
        return new Fleet(List.of(machine));
    }

    public List<Machine> machines() {
        return machines;
    }

    public Machine machine(int position) {
        return machines.get(position);
    }

    /** The position of the machine of that name, if there is one. */
    public OptionalInt position(String name) {
        Integer p = byName.get(name);
        return p == null ? OptionalInt.empty() : OptionalInt.of(p);
    }

    /** All groups, by {@link Group#number}. */
    public List<Group> groups() {
        return groups;
    }

    /** The groups of one machine. */
    public List<Group> groupsOf(int machine) {
        return groupsOf.get(machine);
    }

    /** How many healthy devices there are. */
    public int deviceCount() {
        return slotGroup.length;
    }

    /**
     * The dense number of a healthy device, from 0 to {@link #deviceCount()} − 1, devices of a group side by side.
     *
     * @return −1 if there is no such device or it is not healthy
     */
    public int slot(int machine, int device) {
        int[] slots = slotOf[machine];
        return device < 0 || device >= slots.length ? -1 : slots[device];
    }

    /** The first slot of a group; that of the number of groups is the number of devices. */
    public int firstSlot(int group) {
        return firstSlot[group];
    }

    /** The group to which a slot belongs. */
    public int groupOfSlot(int slot) {
        return slotGroup[slot];
    }

    /** The index, on its machine, of the device of a slot. */
    public int deviceOfSlot(int slot) {
        int group = slotGroup[slot];
        return groups.get(group).devices().get(slot - firstSlot[group]);
    }

    /**
     * For each group, how welcome its devices are to a demand: 0 for the first choice, −1 if they will not do. The array
     * is shared and must not be changed.
     */
    public int[] preferences(Demand demand) {
        if (preferences.size() > 10_000) {
            preferences.clear();
        }
        Wish wish = new Wish(demand.gpuModels(), demand.gpuMemoryBytes(), demand.shareMilli(), demand.label());
        return preferences.computeIfAbsent(wish, w -> groups.stream()
                .mapToInt(g -> demand.admits(machines.get(g.machine())) && demand.accepts(g.sample())
                        ? demand.preference(g.sample())
                        : -1)
                .toArray());
    }

    /** Whether an empty fleet could hold the demand on some machine. */
    public boolean canEverHold(Demand demand) {
        for (int m = 0; m < machines.size(); m++) {
            if (!demand.fitsHost(machines.get(m))) {
                continue;
            }
            if (demand.gpus() == 0) {
                return true;
            }
            for (Group group : groupsOf.get(m)) {
                if (group.devices().size() >= demand.gpus() && demand.accepts(group.sample())) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return machines.size() + (machines.size() == 1 ? " machine, " : " machines, ") + deviceCount() + " devices";
    }
}
