package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code llmos report} and {@code llmos data}. */
class ReportCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void reportsOnAModelAndTellsWhetherItPassesItsGate() throws Exception {
        Path data = folder.resolve("exercises.csv");
        assertEquals(0, run("data", "synthetic", "exercises", "--output", data.toString()), err::toString);
        assertEquals(2, run("data", "synthetic", "exercises", "--output", data.toString()));
        assertEquals(2, run("data", "synthetic", "exercise"));
        assertTrue(err.toString().contains("Did you mean 'exercises'?"), err::toString);
        Path model = folder.resolve("model");
        assertEquals(
                0,
                run(
                        "train",
                        "--data=" + data,
                        "--model=irt",
                        "--user=learner",
                        "--item=exercise",
                        "--target=solved",
                        "--epochs=1",
                        "--output=" + model),
                err::toString);

        assertEquals(0, run("report", "--model=" + model, "--gate=accuracy:> 0.5", "--examples=0"), err::toString);
        assertTrue(out.toString().contains("calibrationError "), out::toString);
        assertTrue(Files.exists(model.resolve("report.html")));

        assertEquals(1, run("report", "--model=" + model, "--gate=accuracy:> 0.99"));
        assertTrue(err.toString().contains("does not pass its gate: accuracy is"), err::toString);
        assertEquals(2, run("report", "--model=" + folder));
    }
}
