package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads files of jobs and of machines. */
public final class Traces {
    /** The formats of jobs, by name. */
    public static final List<String> FORMATS = List.of("openb", "tiresias", "philly", "generic");

    /**
     * What a file of jobs gave.
     *
     * @param format name of its format
     * @param leftOut how many rows were passed over, by reason
     */
    public record Trace(String format, List<TraceJob> jobs, Map<String, Integer> leftOut) {}

    private Traces() {}

    /**
     * Reads a trace of jobs.
     *
     * @param format one of {@link #FORMATS}; empty to tell it from the columns
     * @param shares whether jobs of {@code openb} that ask for a part of a GPU get a part instead of a whole one
     * @throws InvalidInputException if the file is missing, of no known format, or a cell is wrong
     */
    public static Trace jobs(Path file, Optional<String> format, boolean shares) {
        List<Format<TraceJob>> formats =
                List.of(new OpenbPods(shares), new TiresiasJobs(), new PhillyJobs(), new GenericJobs());
        CsvFile.Content<TraceJob> content = CsvFile.read(file, formats, format);
        if (content.rows().isEmpty()) {
            throw new InvalidInputException("The trace " + file + " has no job that can be replayed.");
        }
        return new Trace(content.format().name(), List.copyOf(content.rows()), Map.copyOf(content.leftOut()));
    }

    /**
     * Reads a file of machines.
     *
     * @throws InvalidInputException as {@link #jobs}, or if two machines have the same name
     */
    public static Fleet fleet(Path file) {
        List<Format<Machine>> formats = List.of(new OpenbNodes(), new GenericNodes());
        List<Machine> machines = CsvFile.read(file, formats, Optional.empty()).rows();
        if (machines.isEmpty()) {
            throw new InvalidInputException("The file " + file + " has no machine.");
        }
        try {
            return new Fleet(machines);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The file " + file + ": " + e.getMessage() + ".", e);
        }
    }

    /** One machine of so many devices, all alike, that has enough of everything else. */
    public static Fleet identical(int devices) {
        if (devices < 1 || devices > 1_000_000) {
            throw new InvalidInputException("The number of devices is " + devices + ". It must be at least 1.");
        }
        return Fleet.of(Machine.uniform("machine", devices, "gpu", 0, DeviceKind.OTHER));
    }

    /**
     * One of several equal parts of a trace, by arrival.
     *
     * @param text the part's number and how many there are, such as {@code 1/2} for the first half
     * @throws InvalidInputException if the text is anything else, or the part is empty
     */
    public static List<TraceJob> part(List<TraceJob> jobs, String text) {
        Matcher matcher = Pattern.compile("(\\d{1,6})/(\\d{1,6})").matcher(text.strip());
        int part = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        int parts = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (part < 1 || part > parts) {
            throw new InvalidInputException("The part of the trace is '" + text
                    + "'. It is the number of a part and how many parts there are, such as 1/2 for the first half.");
        }
        List<TraceJob> sorted = new ArrayList<>(jobs);
        sorted.sort(Comparator.comparingLong(TraceJob::arrival));
        long size = sorted.size();
        List<TraceJob> chosen = sorted.subList((int) (size * (part - 1) / parts), (int) (size * part / parts));
        if (chosen.isEmpty()) {
            throw new InvalidInputException(
                    "Part " + text + " of the trace has no job: it has " + size + " in all. Take fewer parts.");
        }
        return List.copyOf(chosen);
    }

    /** The jobs with whatever they say of the model and memory of a device forgotten, for {@link #identical} devices. */
    public static List<TraceJob> forIdentical(List<TraceJob> jobs) {
        return jobs.stream()
                .map(j -> {
                    Demand d = j.demand();
                    Demand plain = new Demand(d.gpus(), 0, List.of(), d.shareMilli(), 0, 0, 0);
                    return new TraceJob(
                            j.id(),
                            j.name(),
                            j.owner(),
                            plain,
                            j.asked(),
                            j.arrival(),
                            j.runTime(),
                            j.userEstimate(),
                            j.priority());
                })
                .toList();
    }
}
