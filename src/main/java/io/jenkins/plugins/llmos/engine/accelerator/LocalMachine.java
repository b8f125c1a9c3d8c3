package io.jenkins.plugins.llmos.engine.accelerator;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The machine this process runs on. */
public final class LocalMachine {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /**
     * The machine, and what went wrong in looking.
     *
     * @param problems a sentence each, for people
     * @param readings how devices are at the moment, of those of which it is known
     */
    public record Detection(Machine machine, List<String> problems, List<Reading> readings) {}

    private LocalMachine() {}

    /**
     * Looks for GPUs by the vendors' tools; where there is no healthy one, the devices are CPU slots.
     *
     * @param cpuSlotsIfNoGpu at least 1
     * @throws InvalidInputException if the number of slots is less than 1
     */
    public static Detection detect(int cpuSlotsIfNoGpu) {
        return detect(
                cpuSlotsIfNoGpu, List.of(new NvidiaProbe("nvidia-smi", TIMEOUT), new RocmProbe("rocm-smi", TIMEOUT)));
    }

    static Detection detect(int slots, List<Probe> probes) {
        if (slots < 1 || slots > 100_000) {
            throw new InvalidInputException(
                    "The number of CPU slots is " + slots + ". It must be at least 1: so many jobs run at a time.");
        }
        List<String> problems = new ArrayList<>();
        List<Device> devices = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (Probe probe : probes) {
            Probe.Finding finding = probe.look();
            problems.addAll(finding.problems());
            // a machine with GPUs of two vendors: the later ones are counted on
            int shift = devices.stream().mapToInt(d -> d.index() + 1).max().orElse(0);
            for (Device d : finding.devices()) {
                devices.add(new Device(
                        d.index() + shift,
                        d.uuid(),
                        d.model(),
                        d.memoryBytes(),
                        d.migProfile(),
                        d.health(),
                        d.kind(),
                        d.powerWatts()));
            }
            finding.readings().forEach(r -> readings.add(r.at(r.index() + shift)));
        }
        long memory = memory();
        if (devices.stream().noneMatch(d -> d.health() == Health.OK)) {
            devices = new CpuSlots(slots, memory).look().devices();
            readings.clear();
        }
        long cpus = Runtime.getRuntime().availableProcessors() * 1000L;
        return new Detection(
                new Machine("local", devices, cpus, memory, disk()), List.copyOf(problems), List.copyOf(readings));
    }

    private static long memory() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os) {
            return os.getTotalMemorySize();
        }
        return Machine.UNLIMITED;
    }

    private static long disk() {
        try {
            return Files.getFileStore(Path.of("").toAbsolutePath()).getUsableSpace();
        } catch (IOException e) {
            return Machine.UNLIMITED;
        }
    }
}
