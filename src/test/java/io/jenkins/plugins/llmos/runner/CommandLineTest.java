package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as a process of its own: what it prints, how it exits, what signals do. */
class CommandLineTest {
    @TempDir
    private Path workspace;

    private Path output;

    @BeforeEach
    void writeData() throws IOException {
        output = workspace.resolve("output.txt");
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 2000; i++) {
            double a = random.nextGaussian();
            csv.append(a).append(',').append(random.nextGaussian()).append(',').append(a > 0 ? "yes\n" : "no\n");
        }
        Files.writeString(workspace.resolve("data.csv"), csv);
    }

    /** In a process group of its own, as a shell starts what is typed. */
    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String p : List.of("java.lang", "java.io", "java.util", "java.util.concurrent")) {
            command.addAll(List.of("--add-opens", "java.base/" + p + "=ALL-UNNAMED"));
        }
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private int run(String... arguments) throws Exception {
        Process p = start(arguments);
        assertTrue(p.waitFor(90, TimeUnit.SECONDS), this::said);
        return p.exitValue();
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!said().contains(text) && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertTrue(said().contains(text), this::said);
    }

    private void awaitStep() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            try (Stream<Path> files = Files.walk(workspace)) {
                Path events = files.filter(f -> f.endsWith("events.jsonl"))
                        .findFirst()
                        .orElse(null);
                if (events != null && Files.readString(events).contains("\"STEP\"")) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // A file went away while the folder was walked.
                continue;
            }
            Thread.sleep(50);
        }
    }

    private void script(String text) throws IOException {
        Files.writeString(workspace.resolve("Jenkinsfile"), text);
    }

    private void training(int epochs) throws IOException {
        script("node { llmosTrain(data: 'data.csv', target: 'label', model: 'logistic', learningRate: 0.001, batch: 16,"
                + " epochs: " + epochs + ", output: 'model') }");
    }

    /** As a terminal does at Ctrl-C: to all processes of the group. */
    private static void interruptGroup(Process p) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-INT", "--", "-" + p.pid()).start().waitFor());
    }

    @Test
    void exitStatusesTellWhatHappened() throws Exception {
        script("echo 'fine'");
        assertEquals(0, run("run"), this::said);
        assertTrue(Files.readString(output).contains("fine"));
        assertTrue(said().contains("report.html"), this::said);
        script("error 'broken'");
        assertEquals(1, run("run"), this::said);
        assertEquals(2, run("run", "nope.Jenkinsfile"), this::said);
        assertTrue(said().contains("There is no Jenkinsfile nope.Jenkinsfile"), this::said);
        assertFalse(said().contains("\tat "), this::said);
    }

    @Test
    void wrongUsageIsExplained() {
        assertUsage("Possible solutions: --policy", "run", "--polcy", "fifo");
        assertUsage("There is no policy 'shortest'", "run", "--policy", "shortest", "Jenkinsfile");
        assertUsage("--slots is 0", "run", "--slots", "0", "Jenkinsfile");
        assertUsage("There is no unfinished run", "run", "--resume", "--workspace", workspace.toString(), script());
        assertUsage("llmosTrain needs the argument 'data'", "train", "--epochs", "3");
        assertUsage("Name a command", new String[0]);
        assertUsage("--token-file no cannot be read: it does not exist", "serve", "--model=m", "--token-file=no");
        assertUsage("needs a token", "serve", "--model=m", "--host=0.0.0.0");
        assertUsage("The queue is 0", "serve", "--model=m", "--queue=0");
        assertUsage("--model names no, which does not exist", "generate", "--model=no", "--prompt=a");
        assertUsage("no is no model folder", "predict", "--model=no", "--data=no.csv");
        assertUsage("'model' names", "report", "--model=no");
    }

    private String script() {
        try {
            script("echo 'x'");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return workspace.resolve("Jenkinsfile").toString();
    }

    private static void assertUsage(String said, String... arguments) {
        CommandLine line = Main.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        assertEquals(2, line.execute(arguments), err::toString);
        assertTrue(err.toString().contains(said), err::toString);
    }

    @Test
    void everyCommandHasHelp() {
        for (String name : Main.commandLine().getSubcommands().keySet()) {
            CommandLine line = Main.commandLine();
            StringWriter out = new StringWriter();
            line.setOut(new PrintWriter(out));
            assertEquals(0, line.execute(name, "--help"), name);
            assertTrue(out.toString().contains("Usage:"), name);
        }
    }

    @Test
    void controlCKeepsWhatATrainingHasReached() throws Exception {
        training(100_000);
        Process p = start("run");
        awaitStep();
        interruptGroup(p);
        assertTrue(p.waitFor(30, TimeUnit.SECONDS), this::said);
        assertEquals(1, p.exitValue());
        assertTrue(said().contains("Go on with: llmos run Jenkinsfile --resume 1"), this::said);
        assertFalse(Files.exists(workspace.resolve("model")));

        Process resumed = start("run", "--resume");
        await("model goes on from step");
        interruptGroup(resumed);
        assertTrue(resumed.waitFor(30, TimeUnit.SECONDS), this::said);
    }

    @Test
    void aSecondControlCEndsEverythingAtOnce() throws Exception {
        script("node { sh '''trap : TERM; echo begun; while :; do echo x >> beats; sleep 0.1 || :; done''' }");
        Process p = start("run");
        await("begun");
        interruptGroup(p);
        await("Ending:");
        interruptGroup(p);
        assertTrue(p.waitFor(5, TimeUnit.SECONDS), this::said);
        assertEquals(1, p.exitValue());
        long beats = Files.size(workspace.resolve("beats"));
        Thread.sleep(500);
        assertEquals(beats, Files.size(workspace.resolve("beats")), "the script goes on");
    }

    @Test
    void aKilledRunGoesOnToo() throws Exception {
        training(30);
        Process p = start("run");
        awaitStep();
        p.destroyForcibly().waitFor();
        assertEquals(0, run("run", "--resume"), this::said);
        assertTrue(said().contains("Going on with run 1"), this::said);
        assertTrue(Files.exists(workspace.resolve("model/model.json")));
    }

    @Test
    void trainNeedsNoJenkinsfile() throws Exception {
        assertEquals(
                0,
                run(
                        "train",
                        "--data",
                        "data.csv",
                        "--target=label",
                        "--model",
                        "logistic",
                        "epochs=2",
                        "--output",
                        "m"),
                this::said);
        assertTrue(Files.exists(workspace.resolve("m/model.json")), this::said);
        assertEquals(2, run("train", "--data", "data.csv", "--target=label", "--output", "m"), this::said);
        assertEquals(2, run("train", "--data", "data.csv", "--targt=label", "--output", "m2"), this::said);
    }
}
