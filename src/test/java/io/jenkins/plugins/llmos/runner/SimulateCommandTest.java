package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object command, String... args) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void theExampleShowsItsOrder() {
        assertEquals(0, run(new SimulateCommand(), "--example"));
        assertTrue(out.toString().contains("sjf   runs 3 1 4 2 5,"), out.toString());
        assertTrue(out.toString().contains("mean wait 4.0 h"), out.toString());
    }

    @Test
    void aTraceGivesATableJsonAndAPage() throws IOException {
        Path trace =
                Files.writeString(dir.resolve("t.csv"), "arrival,runTime,gpus,owner\n0,60,1,a\n5,10,1,b\n6,5,2,a\n");
        Path page = dir.resolve("out.html");
        String[] args = {
            "--trace", trace.toString(), "--gpus", "2", "--policy", "fifo,srtf", "--json", "--report", page.toString()
        };
        assertEquals(0, run(new SimulateCommand(), args), err.toString());
        JsonArray rows = Json.parse(out.toString(), JsonArray.class);
        assertEquals(2, rows.size());
        assertEquals("srtf", rows.get(1).getAsJsonObject().get("policy").getAsString());
        assertTrue(Files.readString(page).contains("Completion times"));
    }

    @Test
    void wrongUseIsExplainedWithoutAStackTrace() throws IOException {
        Path trace = Files.writeString(dir.resolve("t.csv"), "arrival,runTime,gpus\n0,60,4\n");
        String t = trace.toString();
        wrong("--trace FILE");
        wrong("--nodes FILE or --gpus N", "--trace", t);
        wrong("could ever give", "--trace", t, "--gpus", "2");
        wrong("no policy 'sfj'", "--trace", t, "--gpus", "4", "--policy", "sfj");
        wrong("not a duration", "--trace", t, "--gpus", "4", "--quantum", "soon");
        wrong("does not exist", "--trace", dir.resolve("none").toString(), "--gpus", "4");
        wrong("noise:S", "--trace", t, "--gpus", "4", "--estimates", "none");
        wrong("Leave --trace", "--example", "--trace", t);
    }

    @Test
    void aReportReplacesOnlyAnEarlierReport() throws IOException {
        Path page = dir.resolve("deeper/report.html");
        assertEquals(0, run(new SimulateCommand(), "--example", "--report", page.toString()), err.toString());
        assertEquals(0, run(new SimulateCommand(), "--example", "--report", page.toString()), err.toString());
        Path notes = Files.writeString(dir.resolve("notes.html"), "<html>mine</html>");
        wrong("not overwritten", "--example", "--report", notes.toString());
        assertEquals("<html>mine</html>", Files.readString(notes));
        wrong("is a folder", "--example", "--report", dir.toString());
        wrong(
                "not a folder that may be written to",
                "--example",
                "--report",
                notes.resolve("r.html").toString());
    }

    private void wrong(String part, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(new SimulateCommand(), args));
        assertTrue(err.toString().contains(part), err.toString());
        assertTrue(!err.toString().contains("\tat "), err.toString());
    }

    @Test
    void theBenchmarkRuns() {
        String[] args = {"--policy", "srtf", "--budget", "20ms", "--jobs", "2000"};
        assertEquals(0, run(new BenchScheduleCommand(), args), err.toString());
        assertTrue(out.toString().contains("n log n"), out.toString());
        assertEquals(2, run(new BenchScheduleCommand(), "--jobs", "-1"));
    }
}
