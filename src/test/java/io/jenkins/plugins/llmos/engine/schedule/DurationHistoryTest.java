package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurationHistoryTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("llmos").resolve("durations.json");
    }

    private DurationHistory open(int limit) {
        return DurationHistory.open(file, limit, warnings::add);
    }

    private static JobFeatures job(Random random) {
        Demand demand = Demand.ofDevices(1 + random.nextInt(3)).withHost(random.nextInt(2) * 500L, 0, 0);
        return new JobFeatures(
                "job" + random.nextInt(3),
                random.nextBoolean() ? "" : "somebody",
                demand,
                random.nextBoolean() ? Map.of() : Map.of("epochs", "3"),
                random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofMinutes(1 + random.nextInt(60))));
    }

    private static Duration work(Random random) {
        return Duration.ofSeconds(1 + random.nextInt(10_000));
    }

    @Test
    void whatWasLearntIsKnownToThoseThatStartAgain() throws IOException {
        Random random = new Random(7);
        DurationHistory before = open(100);
        DurationEstimator learnt = before.estimator("fast");
        DurationEstimator other = before.estimator("slow");
        for (int i = 0; i < 40; i++) {
            (i % 4 == 0 ? other : learnt).completed(job(random), work(random));
        }
        before.save();

        DurationHistory after = open(100);
        for (String pool : List.of("fast", "slow", "new")) {
            DurationEstimator expected =
                    pool.equals("fast") ? learnt : pool.equals("slow") ? other : new HistoryEstimator();
            DurationEstimator again = after.estimator(pool);
            for (int i = 0; i < 20; i++) {
                JobFeatures job = job(random);
                Duration attained = Duration.ofSeconds(random.nextInt(500));
                assertEquals(expected.estimate(job, attained), again.estimate(job, attained));
            }
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void theOldestJobsAreForgotten() throws IOException {
        Random random = new Random(8);
        DurationHistory before = open(3);
        DurationEstimator learnt = before.estimator("p");
        HistoryEstimator lastThree = new HistoryEstimator();
        for (int i = 0; i < 8; i++) {
            JobFeatures job = job(random);
            Duration work = work(random);
            learnt.completed(job, work);
            if (i >= 5) {
                lastThree.completed(job, work);
            }
        }
        before.save();
        JobFeatures job = job(random);
        assertEquals(
                lastThree.estimate(job, Duration.ZERO), open(3).estimator("p").estimate(job, Duration.ZERO));
    }

    @Test
    void aDamagedFileIsSetAsideAndNeverLost() throws IOException {
        Files.createDirectories(file.getParent());
        for (String damaged : List.of("", "{\"jobs\":[{\"pool\":\"p\"}]}", "{}", "{\"jobs\":[{\"po")) {
            Files.writeString(file, damaged);
            DurationHistory history = open(9);
            history.estimator("p").completed(job(new Random(1)), Duration.ofSeconds(5));
            history.save();
            assertTrue(Files.readString(file).contains("\"work\":5"), damaged);
        }
        assertEquals(4, warnings.size());
        for (int i = 0; i < 4; i++) {
            Path aside = folder.resolve("llmos").resolve("durations.json.damaged" + (i == 0 ? "" : "-" + (i + 1)));
            assertTrue(
                    warnings.get(i).startsWith("The history of durations " + file + " is damaged: "), warnings.get(i));
            assertTrue(warnings.get(i).endsWith("It is now " + aside + ", and durations are learnt anew."));
            assertFalse(Files.readString(aside).contains("work"));
        }
    }

    @Test
    void nothingIsWrittenWhereNothingWasLearnt() throws IOException {
        DurationHistory history = open(9);
        history.estimator("p").estimate(job(new Random(1)), Duration.ZERO);
        history.save();
        assertFalse(Files.exists(file.getParent()));
    }
}
