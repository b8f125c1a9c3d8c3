package io.jenkins.plugins.llmos.engine.schedule;

import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The jobs that have ended, in a file with one JSON object a line, so that what happened can be replayed. Jobs older than
 * the period kept are dropped when the file is opened or has doubled. Thread-safe; one process at a time.
 */
public final class JobHistory {
    /** How long jobs are kept. */
    public static final Duration KEPT = Duration.ofDays(90);

    /** The most jobs that are kept, whatever their age. */
    static final int LIMIT = 20_000;

    private final Path file;
    private int lines = -1;

    /** @param file need not exist, nor its folder */
    public JobHistory(Path file) {
        this.file = file;
    }

    /**
     * Adds a job that has ended.
     *
     * @throws IOException if it cannot be written
     */
    public synchronized void add(JobRecord job) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (lines < 0 || lines >= 2 * LIMIT) {
            compact();
        }
        append(file, job);
        lines++;
    }

    /** Adds a job to a file of such lines. */
    public static void append(Path file, JobRecord job) throws IOException {
        // a line that a crash cut short must not swallow this one
        String before = Files.exists(file) && !endsWithLine(file) ? "\n" : "";
        Files.writeString(file, before + Json.line(job) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static boolean endsWithLine(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            long size = channel.size();
            if (size == 0) {
                return true;
            }
            java.nio.ByteBuffer last = java.nio.ByteBuffer.allocate(1);
            channel.position(size - 1).read(last);
            return last.get(0) == '\n';
        }
    }

    /** The jobs of a file of such lines, in its order; lines that cannot be read, as a crash may leave, are left out. */
    public static List<JobRecord> read(Path file) throws IOException {
        List<JobRecord> jobs = new ArrayList<>();
        if (!Files.exists(file)) {
            return jobs;
        }
        try (var all = Files.lines(file)) {
            for (String line : (Iterable<String>) all::iterator) {
                try {
                    jobs.add(Json.parse(line, JobRecord.class));
                } catch (JsonParseException | NullPointerException e) {
                    // cut short, or of another version: it counts as never written
                }
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        return jobs;
    }

    private void compact() throws IOException {
        List<JobRecord> kept = since(Instant.now().minus(KEPT));
        kept = kept.subList(Math.max(0, kept.size() - LIMIT), kept.size());
        StringBuilder text = new StringBuilder();
        kept.forEach(job -> text.append(Json.line(job)).append('\n'));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = kept.size();
    }

    /**
     * The jobs that came at or after an instant, in the order in which they ended.
     *
     * @throws IOException if the file cannot be read
     */
    public synchronized List<JobRecord> since(Instant from) throws IOException {
        return new ArrayList<>(
                read(file).stream().filter(j -> !j.arrival().isBefore(from)).toList());
    }
}
