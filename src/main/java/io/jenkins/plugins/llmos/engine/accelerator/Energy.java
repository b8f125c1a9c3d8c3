package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Energy that something took.
 *
 * @param devices joules of the devices, null where none could be read
 * @param processors joules of all processors of the machine, whoever used them; null where they could not be read
 * @param measured seconds that were measured
 * @param seconds that it took
 * @param problems what could not be read, a sentence each
 */
public record Energy(Double devices, Double processors, double measured, double seconds, List<String> problems) {
    private static final double JOULES_OF_A_KILOWATT_HOUR = 3.6e6;

    /** Of nothing. */
    public static final Energy NONE = new Energy(null, null, 0, 0, List.of());

    public Energy {
        problems = List.copyOf(problems);
    }

    /** Kilowatt-hours of devices and processors together, null if neither could be read. */
    public Double kilowattHours() {
        return devices == null && processors == null
                ? null
                : ((devices == null ? 0 : devices) + (processors == null ? 0 : processors)) / JOULES_OF_A_KILOWATT_HOUR;
    }

    /** This and what came after it. */
    public Energy plus(Energy later) {
        Set<String> all = new LinkedHashSet<>(problems);
        all.addAll(later.problems);
        return new Energy(
                sum(devices, later.devices),
                sum(processors, later.processors),
                measured + later.measured,
                seconds + later.seconds,
                new ArrayList<>(all));
    }

    private static Double sum(Double a, Double b) {
        return a == null ? b : b == null ? a : Double.valueOf(a + b);
    }

    /** For people, such as {@code 0.42 kWh (devices 0.40, processors 0.02)}, or why it is not known. */
    public String words() {
        Double all = kilowattHours();
        if (all == null) {
            return "not measured" + (problems.isEmpty() ? "" : ": " + String.join(" ", problems));
        }
        List<String> parts = new ArrayList<>();
        if (devices != null) {
            parts.add("devices " + figure(devices / JOULES_OF_A_KILOWATT_HOUR));
        }
        parts.add(
                processors == null
                        ? "processors not known"
                        : "all processors of the machine " + figure(processors / JOULES_OF_A_KILOWATT_HOUR));
        if (measured < 0.9 * seconds) {
            parts.add(String.format(Locale.ROOT, "measured for %.0f of %.0f s", measured, seconds));
        }
        return words(all) + " (" + String.join(", ", parts) + ")";
    }

    /** A figure with its unit. */
    public static String words(double kilowattHours) {
        return figure(kilowattHours) + " kWh";
    }

    private static String figure(double kilowattHours) {
        return String.format(Locale.ROOT, kilowattHours < 0.01 ? "%.6f" : "%.3f", kilowattHours);
    }
}
