package io.jenkins.plugins.llmos.engine.privacy.audit;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who used a budget, a key or a restricted model, when and for what: one line each, in {@code audit.jsonl}. */
public final class AuditLog {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ChainedLog log;
    private final Clock clock;

    /**
     * One use.
     *
     * @param time when
     * @param who the user or, where there is none, the account of the operating system
     * @param what an action in a word or two, such as {@code reserve} or {@code decrypt}
     * @param subject what it was done to: a data set, a file, a model
     * @param details more, by name
     * @param build the build that did it, such as {@code job #12}, or empty
     */
    public record Entry(
            Instant time, String who, String what, String subject, Map<String, String> details, String build) {}

    /** @param folder where the log is or will be */
    public AuditLog(Path folder) {
        this(folder, Clock.systemUTC());
    }

    AuditLog(Path folder, Clock clock) {
        this.log = new ChainedLog(folder.resolve("audit.jsonl"), "The audit log", PATIENCE);
        this.clock = clock;
    }

    /**
     * Adds a line and waits until it is on the disk.
     *
     * @throws InvalidInputException if it cannot be written; what was to be audited must then not happen
     */
    public void record(String who, String what, String subject, Map<String, String> details, String build) {
        try (ChainedLog.Session session = log.open()) {
            session.append(Json.line(new Entry(clock.instant(), who, what, subject, new TreeMap<>(details), build)));
        }
    }

    /** All entries, oldest first. */
    public List<Entry> entries() {
        return log.read().stream().map(l -> Json.parse(l, Entry.class)).toList();
    }
}
