package io.jenkins.plugins.llmos.engine.accelerator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Energy counters of the processors, by Linux' powercap interface to RAPL (Running Average Power Limit): one zone for each
 * package, with the energy taken so far in {@code energy_uj}, which begins again at {@code max_energy_range_uj}.
 */
final class Rapl {
    static final Path FOLDER = Path.of("/sys/class/powercap");

    private Rapl() {}

    /**
     * A counter.
     *
     * @param microjoules taken so far
     * @param range after which it begins again at 0
     */
    record Counter(long microjoules, long range) {}

    /**
     * Reads all packages.
     *
     * @param folder usually {@link #FOLDER}
     * @param problems takes why nothing can be read, a sentence
     * @return by name of the zone, empty if none can be read
     */
    static Map<String, Counter> read(Path folder, List<String> problems) {
        Map<String, Counter> counters = new LinkedHashMap<>();
        List<Path> zones = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                // A zone within a package, such as intel-rapl:0:0, is part of it.
                files.filter(f -> f.getFileName().toString().matches("[a-z]+-rapl:\\d+"))
                        .sorted()
                        .forEach(zones::add);
            } catch (IOException e) {
                problems.add("The processors' energy cannot be read: " + e.getMessage() + ".");
                return counters;
            }
        }
        if (zones.isEmpty()) {
            problems.add("The processors' energy is not known: " + folder
                    + " has no RAPL zone, as in most virtual machines and containers.");
            return counters;
        }
        for (Path zone : zones) {
            try {
                counters.put(
                        zone.getFileName().toString(),
                        new Counter(number(zone.resolve("energy_uj")), number(zone.resolve("max_energy_range_uj"))));
            } catch (IOException | NumberFormatException e) {
                problems.add("The processors' energy is not known: " + zone.resolve("energy_uj")
                        + " cannot be read. An administrator may make it readable (chmod a+r).");
                return Map.of();
            }
        }
        return counters;
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }
}
