package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Integrates readings over time: the power of devices by the trapezoidal rule, the processors' counters by their
 * differences. Between two readings that are further apart than {@link #LONGEST_GAP} nothing is measured of devices. Not for
 * use by several threads at once.
 */
public final class EnergyMeter {
    /** Seconds. */
    static final double LONGEST_GAP = 120;

    private final Set<String> names;
    private final Set<String> problems = new LinkedHashSet<>();
    private PowerReading first;
    private PowerReading last;
    private Double devices;
    private Double processors;
    private double measured;

    /** @param devices names of those to measure, see {@link PowerReading#name}; null for all */
    public EnergyMeter(Collection<String> devices) {
        names = devices == null ? null : Set.copyOf(devices);
    }

    /** Takes the next reading. */
    public void add(PowerReading reading) {
        problems.addAll(reading.problems());
        if (last == null) {
            first = reading;
            last = reading;
            return;
        }
        double seconds = (reading.nanos() - last.nanos()) / 1e9;
        boolean any = false;
        if (seconds <= LONGEST_GAP) {
            for (Map.Entry<String, Double> device : reading.watts().entrySet()) {
                Double before = last.watts().get(device.getKey());
                if (before != null && (names == null || names.contains(device.getKey()))) {
                    devices = (devices == null ? 0 : devices) + (before + device.getValue()) / 2 * seconds;
                    any = true;
                }
            }
        }
        for (Map.Entry<String, Double> zone : reading.joules().entrySet()) {
            Double before = last.joules().get(zone.getKey());
            if (before != null) {
                double delta = zone.getValue() - before;
                double range = reading.ranges().getOrDefault(zone.getKey(), 0.0);
                processors = (processors == null ? 0 : processors) + (delta >= 0 ? delta : delta + range);
                any = true;
            }
        }
        measured += any ? seconds : 0;
        last = reading;
    }

    /** All so far. */
    public Energy total() {
        double seconds = first == null ? 0 : (last.nanos() - first.nanos()) / 1e9;
        return new Energy(devices, processors, measured, seconds, new ArrayList<>(problems));
    }
}
