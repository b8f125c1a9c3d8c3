package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that leaves and goes on ends with the same parameters, bit for bit, as one never interrupted. */
class ResumeTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, leaving every {1} steps")
    @CsvSource({
        "optimizer=gd learningRate=0.5 momentum=0.9, 2",
        "optimizer=sgd learningRate=0.1 schedule=step stepEpochs=1 stepFactor=0.5, 3",
        "optimizer=sgd learningRate=0.1 momentum=0.9 nesterov=true weightDecay=0.001 dropout=0.2, 5",
        "optimizer=adam schedule=cosine warmup=4 clipNorm=0.5 dropout=0.3, 4",
        "optimizer=adamw weightDecay=0.05 patience=2 learningRate=0.05, 7",
        "optimizer=adam patience=1 minDelta=0.5, 1",
    })
    void goesOnBitForBit(String arguments, int every) throws IOException {
        Path data = Fixtures.clouds(folder, 203);
        List<Object> list = new ArrayList<>(List.of("data", data, "target", "kind", "hidden", "16,8"));
        list.addAll(List.of("batch", 32, "epochs", 4));
        Arrays.stream(arguments.split(" ")).forEach(a -> list.addAll(List.of((Object[]) a.split("="))));

        TrainSpec straight = spec(list, "straight");
        Map<String, Object> once = Fixtures.train(folder, straight);
        TrainSpec broken = spec(list, "broken");
        Map<String, Object> pieces = Fixtures.trainInPieces(folder, broken, every);

        assertArrayEquals(Fixtures.parameters(straight), Fixtures.parameters(broken));
        assertEquals(once.get("accuracy"), pieces.get("accuracy"));
        assertEquals(once.get("loss"), pieces.get("loss"));
        assertEquals(once.get("steps"), pieces.get("steps"));
    }

    @ParameterizedTest
    @CsvSource({"factorization, liked", "irt, liked", "retrieval, answer"})
    void goesOnBitForBitWithEveryModelOfItsOwn(String model, String target) throws IOException {
        StringBuilder csv = new StringBuilder("user,item,liked,words,answer\n");
        for (int i = 0; i < 120; i++) {
            csv.append("u%d,i%d,%d,how do i get %d,Take the %s way.%n"
                    .formatted(i % 11, i % 7, i * 31 % 5 / 3, i % 9, i % 2 == 0 ? "short" : "long"));
        }
        Path data = Fixtures.write(folder.resolve("pairs.csv"), csv);
        List<Object> list = new ArrayList<>(List.of("data", data, "target", target, "model", model, "embedding", 3));
        list.addAll(List.of("batch", 16, "epochs", 3));
        if (model.equals("retrieval")) {
            list.addAll(List.of("features", "words", "types", Map.of("words", "text")));
        }
        TrainSpec straight = spec(list, "straight");
        Fixtures.train(folder, straight);
        TrainSpec broken = spec(list, "broken");
        Fixtures.trainInPieces(folder, broken, 4);
        assertArrayEquals(Fixtures.parameters(straight), Fixtures.parameters(broken));
    }

    /** The features that the process before had in memory are computed again, in batches of other neighbours. */
    @ParameterizedTest(name = "private: {0}")
    @ValueSource(booleans = {false, true})
    void goesOnBitForBitOnFeaturesThatNothingIsLearntFor(boolean isPrivate) throws IOException {
        Fixtures.strokes(folder, 70);
        List<Object> list = new ArrayList<>(List.of("data", "strokes.idx", "labels", "strokes-labels.idx"));
        list.addAll(List.of("model", "scattering", "batch", 16, "epochs", 3, "learningRate", 0.01));
        if (isPrivate) {
            list.addAll(List.of(
                    "privacy", Map.of("dataset", "strokes", "epsilon", 8, "delta", 1e-3, "testSeed", 5, "clip", 1)));
        }
        TrainSpec straight = spec(list, "straight");
        Map<String, Object> once = Fixtures.train(folder, straight);
        TrainSpec broken = spec(list, "broken");
        Map<String, Object> pieces = Fixtures.trainInPieces(folder, broken, 2);

        assertArrayEquals(Fixtures.parameters(straight), Fixtures.parameters(broken));
        assertEquals(once.get("loss"), pieces.get("loss"));
        assertEquals(isPrivate, once.containsKey("privateSteps"), once::toString);
    }

    @Test
    void refusesACheckpointOfOtherArguments() throws IOException {
        Path data = Fixtures.clouds(folder, 100);
        TrainSpec spec = Fixtures.spec(folder, "data", data, "target", "kind", "output", "m", "batch", 10);
        Fixtures.train(folder, spec, 2);
        TrainSpec other =
                Fixtures.spec(folder, "data", data, "target", "kind", "output", "m", "batch", 10, "learningRate", 0.01);

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Fixtures.train(folder, other, 2));

        assertTrue(e.getMessage().contains("other arguments"), e.getMessage());
    }

    @Test
    void refusesACheckpointOfOtherData() throws IOException {
        Path data = Fixtures.clouds(folder, 100);
        TrainSpec spec = Fixtures.spec(folder, "data", data, "target", "kind", "output", "m", "batch", 10);
        Fixtures.train(folder, spec, 2);
        Fixtures.clouds(folder, 110);

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Fixtures.train(folder, spec, 2));

        assertTrue(e.getMessage().contains("data changed"), e.getMessage());
    }

    @Test
    void refusesADamagedCheckpoint() throws IOException {
        Path data = Fixtures.clouds(folder, 100);
        TrainSpec spec = Fixtures.spec(folder, "data", data, "target", "kind", "output", "m", "batch", 10);
        Fixtures.train(folder, spec, 2);
        Path file = Fixtures.control(folder, spec).checkpoint().resolve("training.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Fixtures.train(folder, spec, 2));

        assertTrue(e.getMessage().contains("damaged"), e.getMessage());
    }

    @Test
    void aDivergingTrainingSaysWhatToDo() {
        Path data = Fixtures.prices(folder, 100);
        TrainSpec spec = Fixtures.spec(
                folder, "data", data, "target", "price", "output", "m", "optimizer", "sgd", "learningRate", 1e20);

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Fixtures.train(folder, spec));

        assertTrue(e.getMessage().contains("learningRate"), e.getMessage());
    }

    private TrainSpec spec(List<Object> arguments, String output) {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of("output", output));
        return Fixtures.spec(folder, all.toArray());
    }
}
