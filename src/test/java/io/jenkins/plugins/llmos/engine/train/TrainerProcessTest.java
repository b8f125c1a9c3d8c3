package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.TrainerProcess.Launch;
import io.jenkins.plugins.llmos.engine.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real trainer processes: killed, asked to leave, given wrong input. */
class TrainerProcessTest {
    @TempDir
    private Path folder;

    /**
     * A million parameters, written with their moments after every step, take longer to write than to compute, so that
     * most kills meet a checkpoint half written.
     */
    @Test
    void killedAnywhereItEndsWithTheSameParameters() throws Exception {
        Path data = Fixtures.clouds(folder, 120);
        Object[] arguments = {
            "data", data, "target", "kind", "hidden", "1000,1000", "batch", 16, "epochs", 2, "checkpointSteps", 1
        };
        TrainSpec straight = spec(arguments, "straight");
        assertEquals(Status.DONE, start(straight).await(e -> {}).status());

        TrainSpec killed = spec(arguments, "killed");
        Path halfWritten = control(killed).checkpoint().resolve("training.safetensors.tmp");
        SplittableRandom random = new SplittableRandom(3);
        int kills = 0;
        int insideWrite = 0;
        TrainingOutcome outcome;
        do {
            TrainerProcess process = start(killed);
            AtomicInteger checkpoints = new AtomicInteger();
            int after = random.nextInt(1, 3);
            int delay = random.nextInt(60);
            boolean inside = kills % 2 == 1;
            outcome = process.await(e -> {
                if (e.type() == TrainingEvent.Type.CHECKPOINT && checkpoints.incrementAndGet() == after) {
                    if (inside) {
                        awaitFile(halfWritten);
                    } else {
                        sleep(delay);
                    }
                    process.kill();
                }
            });
            if (outcome.status() != Status.DONE) {
                kills++;
                insideWrite += Files.exists(halfWritten) ? 1 : 0;
                assertTrue(kills < 60, "the training does not get on");
            }
        } while (outcome.status() != Status.DONE);

        assertTrue(kills >= 4, "killed only " + kills + " times");
        assertTrue(insideWrite >= 1, "never killed while a checkpoint was written");
        assertArrayEquals(
                Files.readAllBytes(straight.output().resolve("model.safetensors")),
                Files.readAllBytes(killed.output().resolve("model.safetensors")));
    }

    @Test
    void leavesWhenAskedAndGoesOn() throws Exception {
        TrainSpec spec = longTraining("asked");
        TrainerProcess process = start(spec);
        TrainingOutcome left = process.await(e -> {
            if (e.type() == TrainingEvent.Type.STEP) {
                request(process);
            }
        });
        assertEquals(Status.YIELDED, left.status());
        assertEquals(ExitCode.YIELDED, left.exitCode());
        assertFalse(Files.exists(spec.output()));

        List<Long> starts = new ArrayList<>();
        TrainerProcess second = start(spec);
        second.await(e -> {
            if (e.type() == TrainingEvent.Type.START) {
                starts.add(e.step());
                second.kill();
            }
        });

        assertEquals(1, starts.size());
        assertTrue(starts.get(0) > 0, "began anew");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void leavesWithACheckpointOnSigterm() throws Exception {
        TrainSpec spec = longTraining("terminated");
        TrainerProcess process = start(spec);
        TrainingOutcome outcome = process.await(e -> {
            if (e.type() == TrainingEvent.Type.STEP) {
                ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
            }
        });

        assertEquals(ExitCode.YIELDED, outcome.exitCode());
        assertTrue(Files.exists(control(spec).checkpoint().resolve("training.safetensors")));
    }

    @Test
    void aSecondTrainerOfTheSameFolderIsRefused() throws Exception {
        TrainSpec spec = longTraining("twice");
        TrainerProcess first = start(spec);
        List<TrainingOutcome> second = new ArrayList<>();
        first.await(e -> {
            if (e.type() == TrainingEvent.Type.START) {
                try {
                    second.add(start(spec).await(x -> {}));
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
                first.kill();
            }
        });

        assertEquals(ExitCode.BAD_ARGUMENTS, second.get(0).exitCode());
        assertTrue(
                second.get(0).message().contains("Another trainer"),
                second.get(0).message());
    }

    @Test
    void startedAgainWhenDoneItReturnsTheSameResult() throws Exception {
        Path data = Fixtures.clouds(folder, 60);
        TrainSpec spec = spec(new Object[] {"data", data, "target", "kind", "epochs", 1}, "done");
        TrainingOutcome first = start(spec).await(e -> {});
        TrainingOutcome again = start(spec).await(e -> {});

        assertEquals(Status.DONE, again.status());
        assertEquals(first.result().get("loss"), again.result().get("loss"));
        assertEquals(first.result().get("output"), again.result().get("output"));
    }

    /** {@code /dev/full} is a disk without room: every write to it fails as it does on a full disk. */
    @Test
    @DisabledOnOs({OS.WINDOWS, OS.MAC})
    void onAFullDiskTheOldCheckpointStays() throws Exception {
        TrainSpec spec = longTraining("full");
        TrainerProcess process = start(spec);
        process.await(e -> {
            if (e.type() == TrainingEvent.Type.STEP) {
                request(process);
            }
        });
        Path checkpoint = control(spec).checkpoint().resolve("training.safetensors");
        byte[] old = Files.readAllBytes(checkpoint);
        Path beside = checkpoint.resolveSibling("training.safetensors.tmp");
        Files.createSymbolicLink(beside, Path.of("/dev/full"));

        TrainerProcess second = start(spec);
        TrainingOutcome outcome = second.await(e -> {
            if (e.type() == TrainingEvent.Type.STEP) {
                request(second);
            }
        });

        assertEquals(Status.FAILED, outcome.status());
        assertTrue(outcome.message().contains("No space left on device"), outcome.message());
        assertTrue(outcome.message().contains("Make room"), outcome.message());
        assertArrayEquals(old, Files.readAllBytes(checkpoint));
        assertFalse(Files.exists(beside), "something half-written is left");
    }

    @ParameterizedTest
    @CsvSource({
        "'x,kind\n1,a\n2,a\nhello,b\n', 65, hello",
        "'x,kind\n1,a\n2,a\n3,b\n', 65, one row",
        "'', 65, empty",
    })
    void saysWhatIsWrongWithData(String csv, int exitCode, String part) throws Exception {
        Path data = Fixtures.write(folder.resolve("wrong.csv"), csv);
        TrainSpec spec = spec(new Object[] {"data", data, "target", "kind", "types", Map.of("x", "numeric")}, "wrong");

        TrainingOutcome outcome = start(spec).await(e -> {});

        assertEquals(exitCode, outcome.exitCode());
        assertTrue(outcome.message().contains(part), outcome.message());
        assertFalse(outcome.message().contains("\n"), "more than a paragraph: " + outcome.message());
        assertFalse(Files.exists(spec.output()));
    }

    /** One step an epoch, so that no later step's loss shows it first: a parameter overflows, or what they give does. */
    @ParameterizedTest
    @CsvSource({"3e38, a parameter is not finite", "1e18, the loss of the validation rows is no number"})
    void saysThatItDiverged(double rate, String how) throws Exception {
        Path data = Fixtures.clouds(folder, 60);
        TrainSpec spec = spec(
                new Object[] {
                    "data",
                    data,
                    "target",
                    "kind",
                    "optimizer",
                    "sgd",
                    "learningRate",
                    rate,
                    "batch",
                    60,
                    "epochs",
                    2,
                    "hidden",
                    "8,8"
                },
                "diverged");

        TrainingOutcome outcome = start(spec).await(e -> {});

        assertEquals(Status.FAILED, outcome.status());
        assertTrue(outcome.message().contains(how), outcome.message());
        assertTrue(outcome.message().contains("lower learningRate"), outcome.message());
        assertFalse(Files.exists(spec.output()));
    }

    private TrainSpec longTraining(String output) {
        Path data = Fixtures.clouds(folder, 400);
        return spec(new Object[] {"data", data, "target", "kind", "batch", 1, "epochs", 100_000}, output);
    }

    private TrainSpec spec(Object[] arguments, String output) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("output", output));
        return Fixtures.spec(folder, all.toArray());
    }

    private ControlFolder control(TrainSpec spec) {
        return new ControlFolder(folder.resolve("control-" + spec.output().getFileName()));
    }

    private TrainerProcess start(TrainSpec spec) throws IOException {
        return TrainerProcess.start(spec, control(spec), Launch.withThreads(1));
    }

    private static void request(TrainerProcess process) {
        try {
            process.requestYield();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a file, for ten seconds at most: a training may be over before. */
    private static void awaitFile(Path file) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(file) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
