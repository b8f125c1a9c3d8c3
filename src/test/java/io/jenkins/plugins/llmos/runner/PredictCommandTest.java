package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code llmos predict}, with a model that {@code llmos train} made. */
class PredictCommandTest {
    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void train() throws Exception {
        StringBuilder csv = new StringBuilder("x,size\n");
        for (int i = 0; i < 60; i++) {
            csv.append(i).append(i < 30 ? ",small\n" : ",large\n");
        }
        Path data = Files.writeString(folder.resolve("sizes.csv"), csv);
        int exit = Main.commandLine()
                .execute(
                        "train",
                        "--data=" + data,
                        "--target=size",
                        "--learningRate=0.05",
                        "--epochs=20",
                        "--output=" + folder.resolve("model"));
        assertEquals(0, exit);
    }

    @Test
    void writesAPredictionForEachRow() throws Exception {
        Path rows = Files.writeString(folder.resolve("rows.csv"), "x\n2\n55\n");

        assertEquals(0, run("--data", rows.toString()), err::toString);

        List<String> lines = out.toString().lines().toList();
        assertEquals("line,size,p(large),p(small)", lines.get(0));
        assertTrue(lines.get(1).startsWith("2,small,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("3,large,"), lines.get(2));
        assertEquals("", err.toString());
    }

    @Test
    void tellsTheMetricsWhereTheTruthIsKnown() throws Exception {
        Path rows = Files.writeString(folder.resolve("known.csv"), "x,size\n2,small\n55,large\n50,small\n");
        Path file = folder.resolve("out.csv");

        assertEquals(0, run("--data", rows.toString(), "--output", file.toString()), err::toString);

        assertTrue(err.toString().contains("accuracy 0.666667"), err.toString());
        assertEquals(4, Files.readAllLines(file).size());
        assertEquals(2, run("--data", rows.toString(), "--output", file.toString()));
        assertTrue(err.toString().contains("or replace it: --overwrite."), err.toString());
        assertEquals(0, run("--data", rows.toString(), "--output", file.toString(), "--overwrite"), err::toString);
    }

    @Test
    void badRowsLeaveNoFile() throws Exception {
        Path rows = Files.writeString(folder.resolve("bad.csv"), "x,size\n2,small\n55,gigantic\n");
        Path file = folder.resolve("never.csv");

        assertEquals(2, run("--data", rows.toString(), "--output", file.toString()));

        assertTrue(err.toString().contains("gigantic"), err.toString());
        assertFalse(Files.exists(file));
        assertFalse(Files.exists(folder.resolve("never.csv.tmp")));
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "predict";
        all[1] = "--model";
        all[2] = folder.resolve("model").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all);
    }
}
