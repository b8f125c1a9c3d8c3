package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentPreemptionsTest {
    @TempDir
    Path folder;

    private static PastJobs.Preemption preemption(int number) {
        return new PastJobs.Preemption(
                Instant.ofEpochSecond(number), "default", "a", "a#" + number, "a #" + number, "b", "b#1", "b #1", "x");
    }

    @Test
    void theLatestHundredOutliveARestart() {
        Path file = folder.resolve("llmos/preemptions.json");
        RecentPreemptions before = new RecentPreemptions(file);
        for (int i = 0; i < 120; i++) {
            before.add(preemption(i));
        }
        before.save();
        List<PastJobs.Preemption> after = new RecentPreemptions(file).list();
        assertEquals(before.list(), after);
        assertEquals(100, after.size());
        assertEquals(preemption(119), after.get(0));
    }

    @Test
    void aDamagedFileIsSetAside() throws Exception {
        Path file = folder.resolve("preemptions.json");
        for (String damaged : List.of("{\"preemptions\": [{\"at\"", "{\"preemptions\": [{}]}", "{}")) {
            Files.writeString(file, damaged);
            RecentPreemptions anew = new RecentPreemptions(file);
            assertEquals(List.of(), anew.list());
            assertEquals(damaged, Files.readString(folder.resolve("preemptions.json.damaged")));
            anew.add(preemption(1));
            anew.save();
            assertEquals(1, new RecentPreemptions(file).list().size());
        }
        assertTrue(Files.exists(file));
    }
}
