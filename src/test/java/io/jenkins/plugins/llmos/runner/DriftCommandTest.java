package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code llmos drift}, with models that {@code llmos train} made. */
class DriftCommandTest {
    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static Path rows(String name, int count, int shift) throws Exception {
        StringBuilder csv = new StringBuilder("x,size\n");
        for (int i = 0; i < count; i++) {
            csv.append(i % 60 + shift).append(i % 60 < 30 ? ",small\n" : ",large\n");
        }
        return Files.writeString(folder.resolve(name), csv);
    }

    private static void train(String output, String... more) {
        String[] all = new String[4 + more.length];
        all[0] = "train";
        all[1] = "--data=" + folder.resolve("rows.csv");
        all[2] = "--target=size";
        all[3] = "--output=" + folder.resolve(output);
        System.arraycopy(more, 0, all, 4, more.length);
        assertEquals(0, Main.commandLine().execute(all));
    }

    @BeforeAll
    static void train() throws Exception {
        rows("rows.csv", 600, 0);
        train("model", "--epochs=1");
        train("private", "--epochs=1", "--privacy=dataset:rows,epsilon:5,delta:1e-5");
    }

    private int run(String model, Path data, String... more) {
        String[] all = new String[5 + more.length];
        all[0] = "drift";
        all[1] = "--model";
        all[2] = folder.resolve(model).toString();
        all[3] = "--data";
        all[4] = data.toString();
        System.arraycopy(more, 0, all, 5, more.length);
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all);
    }

    @Test
    void theExitStatusTellsWhetherToTrainAgain() throws Exception {
        assertEquals(0, run("model", folder.resolve("rows.csv")), err::toString);
        assertTrue(out.toString().contains("There is no reason to train again."), out.toString());
        Path moved = rows("moved.csv", 600, 40);
        assertEquals(1, run("model", moved), err::toString);
        assertTrue(out.toString().contains("Train again: 'x' has drifted: PSI "), out.toString());
        assertEquals(0, run("model", rows("more.csv", 660, 0), "--min-new-rows", "61"));
        assertEquals(1, run("model", folder.resolve("more.csv"), "--min-new-rows=60"));
    }

    @Test
    void programsReadTheVerdict() throws Exception {
        assertEquals(1, run("model", rows("moved2.csv", 600, 40), "--json"));
        RetrainVerdict verdict = Json.parse(out.toString(), RetrainVerdict.class);
        assertEquals("x", verdict.columns().get(0).drift().column());
        assertEquals(0, verdict.newRows());
    }

    @Test
    void ofAPrivateModelItSaysWhyItCannotJudge() throws Exception {
        assertEquals(0, run("private", folder.resolve("rows.csv")));
        assertTrue(
                out.toString().contains("New rows and drift cannot be judged: its training was private"),
                out.toString());
    }

    @Test
    void wrongUseIsAnsweredWithASentence() {
        assertEquals(2, run("model", folder.resolve("none.csv")));
        assertTrue(err.toString().contains("none.csv does not exist"), err.toString());
        assertEquals(2, run("model", folder.resolve("rows.csv"), "--statistic=chi"));
        assertTrue(err.toString().contains("which is not known"), err.toString());
    }
}
