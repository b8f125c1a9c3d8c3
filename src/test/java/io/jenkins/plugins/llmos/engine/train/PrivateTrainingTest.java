package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.train.data.Idx;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole private trainings. */
class PrivateTrainingTest {
    private static final int ROWS = 200;
    private static final int STEPS = 16;

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void data() {
        data = Fixtures.clouds(folder, ROWS);
    }

    @Test
    void spendsWhatItSays() throws IOException {
        TrainSpec spec = spec("m", Map.of());
        Map<String, Object> result = Fixtures.train(folder, spec);

        PrivacyEvent event =
                PrivacyEvent.training((double) result.get("sampleRate"), (double) result.get("noiseMultiplier"), (long)
                        result.get("privateSteps"));
        double spent = Accountants.standard().epsilon(event, 1e-3);
        assertEquals(spent, (double) result.get("epsilon"), 1e-9);
        assertTrue(spent <= 3 && spent > 2.9, "ε " + spent);
        assertEquals(true, result.get("private"));
        assertEquals((long) STEPS, result.get("privateSteps"));
        assertEquals((long) STEPS, ReleasedSteps.of(Fixtures.control(folder, spec)));
    }

    /** Nothing computed without noise from rows of the data set leaves the trainer, in any file it writes. */
    @Test
    void showsNothingThatIsNotNoisy() throws IOException {
        TrainSpec spec = spec("m", Map.of());
        Fixtures.train(folder, spec, 5);
        Map<String, Object> result = Fixtures.train(folder, spec);

        for (String metric : List.of("loss", "accuracy", "macroF1", "auc")) {
            assertFalse(result.containsKey(metric), metric);
        }
        for (TrainingEvent event : events(spec)) {
            assertNull(event.loss());
            assertNull(event.validationLoss());
            assertNull(event.metrics());
            if (event.type() == TrainingEvent.Type.EPOCH) {
                assertTrue(event.epsilon() > 0 && event.epsilon() <= 3);
            }
        }
        assertTrue(ModelFolder.readCard(spec.output()).metrics().isEmpty());
        String checkpoint = Files.readString(
                Fixtures.control(folder, spec).checkpoint().resolve("training.safetensors"),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(checkpoint.contains("\\\"lossSum\\\":0.0"), "the checkpoint has a loss");
    }

    @Test
    void showsMetricsOfRowsDeclaredPublic() throws IOException {
        TrainSpec spec = spec("m", Map.of("public", List.of("validation", "test")));
        Map<String, Object> result = Fixtures.train(folder, spec);

        assertTrue(result.containsKey("accuracy"));
        assertTrue(events(spec).stream()
                .anyMatch(e -> e.type() == TrainingEvent.Type.EPOCH && e.validationLoss() != null && e.loss() == null));
        assertTrue(((List<?>) result.get("treatedAsPublic")).contains("the test rows"));
    }

    @ParameterizedTest
    @CsvSource({"flat, 0", "automatic, 0", "flat, 7"})
    void goesOnBitForBitWithTestNoise(String clipping, int microBatch) throws IOException {
        Map<String, Object> privacy = Map.of("testSeed", 5, "clipping", clipping, "microBatch", microBatch);
        TrainSpec straight = spec("straight", privacy);
        Map<String, Object> once = Fixtures.train(folder, straight);
        TrainSpec broken = spec("broken", privacy);
        Map<String, Object> pieces = Fixtures.trainInPieces(folder, broken, 6);

        assertArrayEquals(Fixtures.parameters(straight), Fixtures.parameters(broken));
        assertEquals(false, once.get("private"));
        assertEquals(once.get("privateSteps"), pieces.get("privateSteps"));
    }

    @Test
    void drawsFreshNoiseWithoutASeed() throws IOException {
        TrainSpec one = spec("one", Map.of());
        TrainSpec two = spec("two", Map.of());
        Fixtures.train(folder, one);
        Fixtures.train(folder, two);

        assertFalse(Arrays.equals(Fixtures.parameters(one), Fixtures.parameters(two)));
    }

    /** Four steps are lost in a crash after they were released: the training makes four fewer, and counts all. */
    @Test
    void countsStepsThatACrashTookBack() throws IOException {
        TrainSpec spec = spec("m", Map.of());
        assertNull(Fixtures.train(folder, spec, 6));
        Path checkpoint = Fixtures.control(folder, spec).checkpoint().resolve("training.safetensors");
        byte[] old = Files.readAllBytes(checkpoint);
        assertNull(Fixtures.train(folder, spec, 4));
        assertEquals(10, ReleasedSteps.of(Fixtures.control(folder, spec)));
        Files.write(checkpoint, old);

        Map<String, Object> result = Fixtures.train(folder, spec);

        assertEquals((long) STEPS, result.get("privateSteps"));
        assertEquals((long) STEPS - 4, result.get("steps"));
        assertTrue((double) result.get("epsilon") <= 3);
    }

    @Test
    void aTornLineOfTheRecordIsNoRelease() throws IOException {
        TrainSpec spec = spec("m", Map.of());
        Fixtures.train(folder, spec, 6);
        Files.writeString(
                Fixtures.control(folder, spec).path().resolve("released-steps"), "99", StandardOpenOption.APPEND);

        assertEquals(6, ReleasedSteps.of(Fixtures.control(folder, spec)));
        assertEquals((long) STEPS, Fixtures.train(folder, spec).get("privateSteps"));
    }

    @Test
    void refusesADeltaAboveOneOverTheRows() {
        TrainSpec spec = spec("m", Map.of("delta", 0.01));

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Fixtures.train(folder, spec));

        assertTrue(e.getMessage().contains("1/160") && e.getMessage().contains("Nothing was spent"), e.getMessage());
        assertEquals(0, ReleasedSteps.of(Fixtures.control(folder, spec)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epsilon=0",
                "epsilon=-1",
                "epsilon=x",
                "delta=0",
                "delta=1",
                "clip=0",
                "clipping=maybe",
                "public=everything",
                "epsilom=3"
            })
    void refusesBadArguments(String argument) {
        String[] parts = argument.split("=", 2);

        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> spec("m", Map.of(parts[0], parts[1])));

        assertTrue(e.getMessage().contains("llmosPrivatize") && e.getMessage().contains(parts[0]), e.getMessage());
    }

    @Test
    void refusesToStopEarlyByRowsThatAreNotPublic() {
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> spec("m", Map.of(), "patience", 2));

        assertTrue(e.getMessage().contains("public"), e.getMessage());
        spec("m", Map.of("public", "validation"), "patience", 2);
    }

    /** With a rate and a sample in which nothing was drawn, a step still adds its noise. */
    @Test
    void anEmptySampleIsAStep() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder,
                "data",
                data,
                "target",
                "kind",
                "output",
                "m",
                "batch",
                1,
                "epochs",
                1,
                "hidden",
                "2",
                "privacy",
                privacy(Map.of()));
        Map<String, Object> result = Fixtures.train(folder, spec);

        // Of 160 samples of one row in expectation about 59 are empty.
        assertEquals(160L, result.get("privateSteps"));
    }

    private static Map<String, Object> privacy(Map<String, Object> more) {
        Map<String, Object> privacy = new HashMap<>(Map.of("dataset", "clouds", "epsilon", 3, "delta", 1e-3));
        privacy.putAll(more);
        return privacy;
    }

    /** Of a fifth of the digits in three epochs; the documentation has figures of all of them in thirty. */
    @Test
    void learnsDigitsAtEpsilonThree() throws IOException {
        int images = 2000;
        Files.write(folder.resolve("digits.idx"), firstOf("digits-images-idx3-ubyte.gz", images, 28, 28));
        Files.write(folder.resolve("digits-labels.idx"), firstOf("digits-labels-idx1-ubyte.gz", images));
        Map<String, Object> privacy = new HashMap<>(Map.of("dataset", "digits", "epsilon", 3, "delta", 1e-4));
        privacy.putAll(Map.of("clipping", "automatic", "public", "test"));
        TrainSpec spec = Fixtures.spec(
                folder,
                "data",
                "digits.idx",
                "labels",
                "digits-labels.idx",
                "model",
                "scattering",
                "validation",
                0,
                "batch",
                512,
                "epochs",
                3,
                "learningRate",
                0.01,
                "output",
                "m",
                "privacy",
                privacy);
        Map<String, Object> result = Fixtures.train(folder, spec);

        assertTrue((double) result.get("accuracy") >= 0.7, result.toString());
        assertTrue((double) result.get("epsilon") <= 3, result.toString());
    }

    private static byte[] firstOf(String digits, int count, int... sides) throws IOException {
        int[] shape =
                IntStream.concat(IntStream.of(count), Arrays.stream(sides)).toArray();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of("resources", "digits", digits)))) {
            in.skipNBytes(4 + 4 * shape.length);
            return Idx.bytes(shape, in.readNBytes(Arrays.stream(shape).reduce(1, Math::multiplyExact)));
        }
    }

    private TrainSpec spec(String output, Map<String, Object> privacy, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("data", data, "target", "kind", "hidden", "8"));
        arguments.addAll(List.of("batch", 40, "epochs", 4, "output", output, "privacy", privacy(privacy)));
        arguments.addAll(List.of(more));
        return Fixtures.spec(folder, arguments.toArray());
    }

    private List<TrainingEvent> events(TrainSpec spec) throws IOException {
        return Files.readAllLines(Fixtures.control(folder, spec).events()).stream()
                .map(line -> Json.parse(line, TrainingEvent.class))
                .toList();
    }
}
