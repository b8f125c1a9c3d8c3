package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One host with its devices. Amounts that nobody knows are {@link #UNLIMITED}: they never stop a job.
 *
 * @param name unique in its fleet
 * @param devices all devices, unhealthy ones too, with distinct indexes
 * @param cpuMilli thousandths of a CPU core
 * @param memoryBytes host memory
 * @param diskBytes free disk
 * @param jobs how many jobs may run on it at a time
 * @param labels what a {@link Demand#label} may ask for and find here
 */
public record Machine(
        String name,
        List<Device> devices,
        long cpuMilli,
        long memoryBytes,
        long diskBytes,
        int jobs,
        Set<String> labels) {
    /** An amount that is not known and so never limits. */
    public static final long UNLIMITED = Long.MAX_VALUE / 4;

    public Machine {
        devices = List.copyOf(devices);
        labels = Set.copyOf(labels);
        Set<Integer> seen = new HashSet<>();
        for (Device device : devices) {
            if (!seen.add(device.index())) {
                throw new IllegalArgumentException("machine " + name + " has two devices with index " + device.index());
            }
        }
        if (cpuMilli < 0 || memoryBytes < 0 || diskBytes < 0 || jobs < 0) {
            throw new IllegalArgumentException("machine " + name + " has a negative amount of something");
        }
    }

    /** A machine that any number of jobs may share and that has no label. */
    public Machine(String name, List<Device> devices, long cpuMilli, long memoryBytes, long diskBytes) {
        this(name, devices, cpuMilli, memoryBytes, diskBytes, Integer.MAX_VALUE, Set.of());
    }

    /** The same machine with other devices. */
    public Machine withDevices(List<Device> value) {
        return new Machine(name, value, cpuMilli, memoryBytes, diskBytes, jobs, labels);
    }

    /** The same machine with so many CPU slots, at least 1, in place of those that it has; unchanged if it has accelerators. */
    public Machine withCpuSlots(int slots) {
        return devices.stream().allMatch(d -> d.kind() == DeviceKind.CPU_SLOT)
                ? withDevices(new CpuSlots(slots, memoryBytes).look().devices())
                : this;
    }

    /** The same machine, its jobs limited and its labels named. */
    public Machine with(String newName, int mostJobs, Set<String> newLabels) {
        return new Machine(newName, devices, cpuMilli, memoryBytes, diskBytes, mostJobs, newLabels);
    }

    /** A machine of which only the devices matter. */
    public static Machine of(String name, List<Device> devices) {
        return new Machine(name, devices, UNLIMITED, UNLIMITED, UNLIMITED);
    }

    /** A machine of {@code count} devices, all alike, with nothing else to run out of. */
    public static Machine uniform(String name, int count, String model, long memoryBytes, DeviceKind kind) {
        List<Device> devices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            devices.add(Device.of(i, model, memoryBytes, kind));
        }
        return of(name, devices);
    }
}
