package io.jenkins.plugins.llmos.engine.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.simulate.trace.Traces;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracesTest {
    @TempDir
    Path dir;

    static Path fixture(String name) {
        try {
            return Path.of(TracesTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Traces.Trace read(String name) {
        return Traces.jobs(fixture(name), Optional.empty(), false);
    }

    @Test
    void openbTakesRowsWithAGpuAnEndAndARunTime() {
        Traces.Trace trace = read("openb.csv");
        assertEquals("openb", trace.format());
        assertEquals(
                List.of("p0", "p1", "p5"),
                trace.jobs().stream().map(TraceJob::id).toList());
        assertEquals(Map.of("ask for no GPU", 1, "never ended", 1, "have no run time", 1), trace.leftOut());
        assertEquals(1000, trace.jobs().get(1).demand().shareMilli());
        assertEquals(List.of("T4", "V100M16"), trace.jobs().get(2).demand().gpuModels());
        Traces.Trace shares = Traces.jobs(fixture("openb.csv"), Optional.of("openb"), true);
        assertEquals(460, shares.jobs().get(1).demand().shareMilli());
    }

    @Test
    void openbNodesHaveModels() {
        Fleet fleet = Traces.fleet(fixture("openb-nodes.csv"));
        assertEquals(6, fleet.deviceCount());
        assertTrue(fleet.canEverHold(read("openb.csv").jobs().get(2).demand()));
    }

    @Test
    void theOtherFormats() {
        assertEquals(147_000_000_000L, read("tiresias.csv").jobs().get(1).runTime());
        Traces.Trace philly = read("philly.csv");
        assertEquals(2, philly.jobs().size());
        assertEquals(30_500_000_000L, philly.jobs().get(0).runTime());
        TraceJob generic = read("generic.csv").jobs().get(0);
        assertEquals("ann", generic.owner());
        assertEquals(5400_000_000_000L, generic.runTime());
        assertEquals(7200_000_000_000L, generic.userEstimate().getAsLong());
        assertEquals(16L << 30, generic.demand().gpuMemoryBytes());
    }

    @Test
    void unknownColumnsAndWrongCellsAreNamed() throws IOException {
        Path file = dir.resolve("t.csv");
        Files.writeString(file, "job_id,num_gpus,submit_time,duration\n0,1,0,5\n");
        assertMessage(file, "num_gpus", "tiresias", "it lacks num_gpu");
        Files.writeString(file, "arrival,runTime\n0,soon\n");
        assertMessage(file, "row 1, column runTime", "'soon'");
        Files.writeString(file, "arrival,runTime\n0\n");
        assertMessage(file, "row 1 has 1 cells");
        Files.writeString(file, "arrival,runTime,gpus\n0,5,-1\n");
        assertMessage(file, "gpus is -1");
        Files.writeString(file, "arrival,runTime\n");
        assertMessage(file, "no job");
        Files.writeString(file, "");
        assertMessage(file, "none of the formats");
        assertMessage(dir.resolve("none.csv"), "does not exist");
    }

    private static void assertMessage(Path file, String... parts) {
        String message = assertThrows(InvalidInputException.class, () -> Traces.jobs(file, Optional.empty(), false))
                .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aPartIsCutByArrival() {
        List<TraceJob> jobs = List.of(
                TraceJob.of("c", Demand.ofDevices(1), 30, 1),
                TraceJob.of("a", Demand.ofDevices(1), 10, 1),
                TraceJob.of("b", Demand.ofDevices(1), 20, 1));
        assertEquals(List.of("a"), ids(Traces.part(jobs, "1/2")));
        assertEquals(List.of("b", "c"), ids(Traces.part(jobs, "2/2")));
        for (String wrong : List.of("3/2", "0/2", "half", "1/9")) {
            assertThrows(InvalidInputException.class, () -> Traces.part(jobs, wrong), wrong);
        }
    }

    private static List<String> ids(List<TraceJob> jobs) {
        return jobs.stream().map(TraceJob::id).toList();
    }
}
