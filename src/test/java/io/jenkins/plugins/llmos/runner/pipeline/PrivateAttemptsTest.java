package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.ledger.Account;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.ReleasedSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private trainings that are killed or preempted: what the ledger says when all is over. */
class PrivateAttemptsTest {
    /** 800 training rows, 13 steps an epoch. */
    private static final String TRAINING =
            "llmosTrain(data: 'rows.csv', target: 'label', model: 'logistic', epochs: 60, batch: 64,"
                    + " checkpointSteps: 1, output: 'model')";

    private static final String BLOCK =
            "llmosPrivatize(dataset: 'rows', epsilon: 3, delta: 1e-4, clip: 0.5) { " + TRAINING + " }";

    @TempDir
    private Path workspace;

    @TempDir
    private Path books;

    private Pipelines pipelines;
    private PrivacyLedger ledger;

    @BeforeEach
    void makeRows() throws IOException {
        pipelines = new Pipelines(workspace);
        ledger = new PrivacyLedger(books);
        ledger.setBudget(Origin.of("root"), "rows", new Budget(6, 1e-4));
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 1000; i++) {
            double a = random.nextGaussian();
            csv.append(a + "," + random.nextGaussian() + "," + (a > 0 ? "yes" : "no") + "\n");
        }
        Files.writeString(workspace.resolve("rows.csv"), csv);
    }

    private Account account() {
        return ledger.accounts().get(0);
    }

    private Path trainings() {
        return workspace.resolve(".llmos/runs/test/1/trainings");
    }

    private boolean hasReleased(int steps) throws IOException {
        if (!Files.isDirectory(trainings())) {
            return false;
        }
        try (Stream<Path> all = Files.list(trainings())) {
            return all.anyMatch(t -> ReleasedSteps.of(new ControlFolder(t)) >= steps);
        }
    }

    /** Runs in a process of its own, which is killed in the middle of the training with all that it started. */
    private RunOptions killed() throws Exception {
        RunOptions options = pipelines.options(
                "node {\n def r = " + BLOCK + "\n echo \"steps ${r.steps}, released ${r.privateSteps}\" }");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.jenkins.plugins.llmos.runner.Main",
                        "run",
                        "--cpu",
                        "--ledger",
                        books.toString(),
                        "test.Jenkinsfile")
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(books.resolve("output").toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!hasReleased(20)) {
            assertTrue(run.isAlive() && System.nanoTime() < deadline, Files.readString(books.resolve("output")));
            Thread.sleep(20);
        }
        List<ProcessHandle> trainers = run.descendants().toList();
        run.destroyForcibly();
        trainers.forEach(ProcessHandle::destroyForcibly);
        run.waitFor();
        for (ProcessHandle trainer : trainers) {
            trainer.onExit().get(10, TimeUnit.SECONDS);
        }
        assertEquals(1, account().open().size());
        assertEquals(3, account().charged(), 1e-2);
        return options.withLedger(books).resuming(1);
    }

    @Test
    void aKilledTrainingThatGoesOnCountsTheStepsItMakesAgain() throws Exception {
        RunOptions options = killed();
        try (Stream<Path> all = Files.list(trainings())) {
            // As if the last checkpoints had not reached the disk.
            for (Path training : (Iterable<Path>) all::iterator) {
                Files.deleteIfExists(training.resolve("checkpoint/training.safetensors"));
            }
        }
        assertEquals(Result.SUCCESS, pipelines.run(options).result(), pipelines::log);
        String last = pipelines.lines().stream()
                .filter(l -> l.startsWith("steps "))
                .findFirst()
                .orElseThrow();
        int steps = Integer.parseInt(last.replaceAll("steps (\\d+),.*", "$1"));
        assertTrue(steps <= 780 - 20 && last.endsWith("released 780"), last);
        assertEquals(0, account().open().size());
        assertEquals(1, account().events());
        assertTrue(
                account().spent() > 2.7 && account().spent() <= 3,
                "spent " + account().spent());
    }

    @Test
    void aKilledTrainingThatStartsAnewCountsBesides() throws Exception {
        RunOptions options = killed();
        FileTrees.delete(trainings());
        assertEquals(Result.SUCCESS, pipelines.run(options).result(), pipelines::log);
        assertTrue(pipelines.log().contains("steps 780, released 780"), pipelines::log);
        assertEquals(2, account().events());
        assertTrue(
                account().spent() > 5 && account().spent() <= 6,
                "spent " + account().spent());
    }

    @Test
    void aKilledTrainingIsNotStartedAnewWhenTooLittleIsLeft() throws Exception {
        RunOptions options = killed();
        FileTrees.delete(trainings());
        ledger.setBudget(Origin.of("root"), "rows", new Budget(5, 1e-4));
        assertEquals(Result.FAILURE, pipelines.run(options).result());
        assertTrue(pipelines.log().contains("too little for another attempt"), pipelines::log);
        assertEquals(3, account().charged(), 1e-2);
        assertEquals(1, account().open().size(), "what the killed attempt may have shown still counts");
    }

    @Test
    void aPreemptedBlockSettlesOnce() throws Exception {
        RunOptions options = pipelines.options("parallel(\n"
                + "  slow: { llmosSchedule(gpus: 1, estimate: '60s') { node { " + BLOCK + " } } },\n"
                + "  quick: { node { waitUntil(initialRecurrencePeriod: 50) {"
                + " sh(script: 'cat .llmos/runs/test/1/trainings/*/released-steps', returnStatus: true) == 0 }\n"
                + "    llmosSchedule(gpus: 1, estimate: '100ms') { echo 'quick' } } })");
        options = options.withLedger(books)
                .withPool(new PoolOptions(
                        1, true, Map.of("policy", "srtf", "minimumRun", "0.2s", "preemptionCost", "0.1s")));
        assertEquals(Result.SUCCESS, pipelines.run(options).result(), pipelines::log);
        assertTrue(
                pipelines.inOrder("slow yields its devices", "[quick] quick", "slow goes on (attempt 2)"),
                pipelines::log);
        assertEquals(0, account().open().size());
        assertEquals(1, account().events());
        assertTrue(
                account().spent() > 2.7 && account().spent() <= 3,
                "spent " + account().spent());
        List<String> kinds = ledger.export().stream()
                .map(l -> l.replaceAll(".*\"kind\":\"(\\w+)\".*", "$1"))
                .toList();
        assertEquals(List.of("BUDGET", "RESERVE", "USE", "DONE", "SETTLE"), kinds);
    }
}
