package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobHistoryTest {
    /** The history forgets by the clock, so jobs are dated by it. */
    @SuppressWarnings("TimeInStaticInitializer")
    private static final Instant NOW = Instant.now();

    private static JobRecord.Run run(int from, int to, TimelineEntry.Outcome outcome) {
        return new JobRecord.Run("m", List.of(0), NOW.plusSeconds(from), NOW.plusSeconds(to), outcome);
    }

    private static JobRecord job(String key, Instant arrival, JobRecord.Run... runs) {
        return new JobRecord(
                "default",
                key,
                "train",
                "",
                Demand.ofDevices(1),
                arrival,
                Duration.ofMinutes(3),
                1,
                List.of(runs),
                TimelineEntry.Outcome.COMPLETED);
    }

    @Test
    void whatIsAddedIsReadAgain(@TempDir Path folder) throws Exception {
        JobHistory history = new JobHistory(folder.resolve("deep/jobs.jsonl"));
        JobRecord old = job("old", NOW.minus(Duration.ofDays(2)));
        JobRecord late = job("late", NOW, run(0, 60, TimelineEntry.Outcome.COMPLETED));
        history.add(old);
        history.add(late);
        assertEquals(List.of(old, late), history.since(NOW.minus(Duration.ofDays(3))));
        assertEquals(List.of(late), new JobHistory(folder.resolve("deep/jobs.jsonl")).since(NOW));
    }

    @Test
    void aLineThatACrashCutShortIsLeftOutAndSwallowsNoOther(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("jobs.jsonl");
        JobHistory.append(file, job("a", NOW));
        Files.writeString(file, "{\"pool\":\"def", StandardOpenOption.APPEND);
        JobHistory.append(file, job("b", NOW));
        assertEquals(
                List.of("a", "b"),
                JobHistory.read(file).stream().map(JobRecord::key).toList());
        assertEquals(List.of(), JobHistory.read(folder.resolve("none")));
    }

    @Test
    void jobsThatAreTooOldAreDroppedWhenTheFileIsOpened(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("jobs.jsonl");
        JobHistory.append(file, job("ancient", NOW.minus(JobHistory.KEPT).minusSeconds(9)));
        new JobHistory(file).add(job("new", NOW));
        assertEquals(1, Files.readAllLines(file).size());
    }

    @Test
    void workIsWithoutRestartsAndWithoutWhatWasLost() {
        JobRecord job = job(
                "j",
                NOW,
                run(0, 100, TimelineEntry.Outcome.YIELDED),
                run(200, 300, TimelineEntry.Outcome.LOST),
                run(400, 500, TimelineEntry.Outcome.COMPLETED));
        assertEquals(Duration.ofSeconds(190), job.work(Duration.ofSeconds(10)));
    }
}
