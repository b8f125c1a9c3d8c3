package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who held what and when; of very many entries only the latest. Not thread-safe. */
final class TimelineLog {
    private static final int LIMIT = 20_000;

    private final List<TimelineEntry> entries = new ArrayList<>();

    void begin(String job, Allocation allocation) {
        if (entries.size() >= LIMIT) {
            entries.subList(0, LIMIT / 2).removeIf(e -> e.end().isPresent());
        }
        List<Integer> shown = allocation.devices().isEmpty() ? List.of(-1) : allocation.indexes();
        for (int device : shown) {
            entries.add(new TimelineEntry(
                    job,
                    allocation.key(),
                    allocation.machine(),
                    device,
                    allocation.since(),
                    Optional.empty(),
                    allocation.attempt(),
                    Optional.empty()));
        }
    }

    void end(String key, Instant at, TimelineEntry.Outcome outcome) {
        entries.replaceAll(e -> e.key().equals(key) && e.end().isEmpty()
                ? new TimelineEntry(
                        e.job(),
                        key,
                        e.machine(),
                        e.device(),
                        e.start(),
                        Optional.of(at),
                        e.attempt(),
                        Optional.of(outcome))
                : e);
    }

    List<TimelineEntry> list() {
        return List.copyOf(entries);
    }
}
