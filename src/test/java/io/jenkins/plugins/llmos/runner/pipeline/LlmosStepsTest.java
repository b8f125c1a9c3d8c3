package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings and the devices they hold, with real trainer processes. */
class LlmosStepsTest {
    @TempDir
    private Path workspace;

    private Pipelines pipelines;

    @BeforeEach
    void makePipelines() throws IOException {
        pipelines = new Pipelines(workspace);
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 2000; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            csv.append(a)
                    .append(',')
                    .append(b)
                    .append(',')
                    .append(a + b > 0 ? "yes" : "no")
                    .append('\n');
        }
        Files.writeString(workspace.resolve("data.csv"), csv);
    }

    private static String train(String output, int epochs) {
        return "llmosTrain(data: 'data.csv', target: 'label', model: 'logistic', learningRate: 0.01, epochs: " + epochs
                + ", batch: 16, output: '" + output + "')";
    }

    private RunOptions srtf(String script) throws IOException {
        return pipelines
                .options(script)
                .withPool(new PoolOptions(
                        1, true, Map.of("policy", "srtf", "minimumRun", "0.2s", "preemptionCost", "0.1s")));
    }

    @Test
    void aTrainingReturnsItsResult() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run("node {\n  def r = " + train("model", 3)
                + "\n  assert r.accuracy > 0.8 && r.steps == 300 && r.seconds > 0\n"
                + "  if (r.accuracy > 0.5) { echo 'good' }\n}");
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(pipelines.lines().contains("good"));
        assertTrue(Files.exists(workspace.resolve("model/model.json")));
        assertEquals(Training.Status.DONE, outcome.trainings().get(0).status());
    }

    @Test
    void wrongTrainingsAreRefusedInOneParagraph() throws Exception {
        pipelines.run("node {\n  llmosTrain(data: 'nope.csv', target: 'x', output: 'model')\n}");
        assertTrue(pipelines.log().contains("line 2") && pipelines.log().contains("nope.csv, which does not exist"));
        pipelines.run("node { llmosTrain(data: 'data.csv', target: 'label', epoch: 3, output: 'model') }");
        assertTrue(pipelines.log().contains("llmosTrain has no argument 'epoch'. Did you mean 'epochs'"));
        pipelines.run("node { llmosTrain(data: 'data.csv', target: 'labl', output: 'model') }");
        assertTrue(pipelines.log().contains("labl"), pipelines::log);
        Files.createDirectories(workspace.resolve("model"));
        pipelines.run("node { " + train("model", 1) + " }");
        assertTrue(pipelines.log().contains("exists already"), pipelines::log);
        assertFalse(pipelines.log().contains("\tat "), pipelines::log);
    }

    @Test
    void oneSlotIsHeldByOneJobAtATime() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run("""
                def branches = [:]
                for (n in ['a', 'b', 'c']) {
                  def name = n
                  branches[name] = { llmosSchedule(gpus: 1) { node { sh 'mkdir held && sleep 0.3 && rmdir held'; return name } } }
                }
                assert parallel(branches) == [a: 'a', b: 'b', c: 'c']
                """);
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        List<TimelineEntry> timeline = outcome.timeline();
        assertEquals(3, timeline.size());
        for (int i = 1; i < 3; i++) {
            assertFalse(
                    timeline.get(i).start().isBefore(timeline.get(i - 1).end().orElseThrow()));
        }
    }

    @Test
    void aPreemptedTrainingGoesOnToTheSameModel() throws Exception {
        String slow = train("slow", 40);
        RunOptions options = srtf("parallel(\n"
                + "  slow: { llmosSchedule(gpus: 1, estimate: '60s') { node { " + slow + " } } },\n"
                + "  quick: { node { waitUntil(initialRecurrencePeriod: 50) { fileExists('go') } }\n"
                + "    llmosSchedule(gpus: 1, estimate: '100ms') { node { sh 'echo quick' } } })\n"
                + "node { " + train("alone", 40) + " }");
        CompletableFuture<Void> going = CompletableFuture.runAsync(() -> {
            awaitStepOf("slow");
            write("go");
        });
        PipelineRun.Outcome outcome = pipelines.run(options);
        going.get(60, TimeUnit.SECONDS);
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(
                pipelines.inOrder(
                        "[slow] slow yields its devices to quick",
                        "[quick] + echo quick",
                        "[slow] slow goes on (attempt 2)",
                        "[slow] slow goes on from step"),
                pipelines::log);
        assertTrue(
                Arrays.equals(Files.readAllBytes(parameters("slow")), Files.readAllBytes(parameters("alone"))),
                "the preempted training ended with other parameters");
    }

    private Path parameters(String model) throws IOException {
        try (var files = Files.list(workspace.resolve(model))) {
            return files.filter(f -> f.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void anyCommandCanTakePartInPreemption() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run(srtf("""
                parallel(
                  slow: { llmosSchedule(gpus: 1, estimate: '60s') { node {
                    sh '''
                      [ "$LLMOS_ATTEMPT" = 1 ] || { cat "$LLMOS_CHECKPOINT_DIR/kept"; exit 0; }
                      trap 'echo what was kept > "$LLMOS_CHECKPOINT_DIR/kept"; exit 1' TERM
                      sleep 20 & wait
                    ''' } } },
                  quick: { sleep 2; llmosSchedule(gpus: 1, estimate: '100ms') { node { echo 'quick' } } })
                """));
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(pipelines.inOrder("[quick] quick", "[slow] what was kept"), pipelines::log);
    }

    @Test
    void aBodyThatCatchesTheRequestHasSimplyFinished() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run(srtf("""
                parallel(
                  slow: { llmosSchedule(gpus: 1, estimate: '60s') { try { sleep 20 } catch (e) { echo "caught it" } } },
                  quick: { sleep 1; llmosSchedule(gpus: 1, estimate: '100ms') { echo 'quick' } })
                """));
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(pipelines.inOrder("[slow] caught it", "[quick] quick"), pipelines::log);
        assertFalse(pipelines.log().contains("attempt 2"), pipelines::log);
    }

    @Test
    void wrongDemandsAreRefused() throws Exception {
        pipelines.run("llmosSchedule(gpu: 1) { }");
        assertTrue(
                pipelines.log().contains("llmosSchedule has no argument 'gpu'. Did you mean 'gpus'"), pipelines::log);
        pipelines.run("llmosSchedule(gpus: 5) { }");
        assertTrue(pipelines.log().contains("which no machine here can ever give"), pipelines::log);
    }

    @Test
    void anEndedRunGoesOnWhereItWas() throws Exception {
        String script = "node {\n  " + train("first", 1) + "\n  echo 'between'\n  " + train("second", 40) + "\n}";
        RunOptions options = pipelines.options(script);
        PipelineRun.Outcome ended;
        try (PipelineRun run = pipelines.start(options)) {
            CompletableFuture<Void> ending = CompletableFuture.runAsync(() -> {
                awaitStepOf("train-2");
                run.end();
            });
            ended = run.execute();
            ending.get(60, TimeUnit.SECONDS);
        }
        assertTrue(ended.resumable(), pipelines::log);
        assertEquals(Result.ABORTED, ended.result());

        PipelineRun.Outcome resumed = pipelines.run(options.resuming(0));
        assertEquals(Result.SUCCESS, resumed.result(), pipelines::log);
        assertTrue(
                pipelines.inOrder("first was trained before in this run", "between", "second goes on from step"),
                pipelines::log);
        assertTrue(Files.exists(workspace.resolve("second/model.json")));
        assertFalse(pipelines.run(pipelines.options(script)).resumable());
        assertTrue(pipelines.log().contains("exists already"), "a new run does not overwrite");
    }

    private void write(String name) {
        try {
            Files.writeString(workspace.resolve(name), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a training of this run, named by a part of its folder's name, has taken steps. */
    private void awaitStepOf(String training) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && !hasSteps(training)) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean hasSteps(String training) {
        Path trainings = workspace.resolve(".llmos/runs/test/1/trainings");
        if (!Files.isDirectory(trainings)) {
            return false;
        }
        try (Stream<Path> folders = Files.list(trainings)) {
            Path events = folders.filter(f -> f.getFileName().toString().contains(training))
                    .map(f -> f.resolve("events.jsonl"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
            return events != null && Files.readString(events).contains("\"STEP\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
