package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Predictor.Prediction;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Trained models on disk: what they learnt, what they predict, and what is refused. */
class ModelFolderTest {
    @TempDir
    private Path folder;

    @Test
    void learnsAndPredictsClasses() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder, "data", Fixtures.clouds(folder, 400), "target", "kind", "epochs", 30, "output", "model");
        Map<String, Object> result = train(spec);
        assertTrue((double) result.get("accuracy") > 0.8, result.toString());

        Path rows = Fixtures.write(folder.resolve("new.csv"), "shade,y,x\nlight,0,0\ndark,1.9,0.1\nviolet,0,1.8\n");
        List<Prediction> predictions = predict(spec.output(), rows);

        assertEquals(
                List.of("inner", "outer", "outer"),
                predictions.stream().map(Prediction::label).toList());
        assertEquals(
                List.of(2L, 3L, 4L), predictions.stream().map(Prediction::line).toList());
        for (Prediction p : predictions) {
            assertEquals(1, p.probabilities().stream().mapToDouble(x -> x).sum(), 1e-5);
        }
    }

    @Test
    void learnsAndPredictsNumbersInTheirOwnUnit() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder,
                "data",
                Fixtures.prices(folder, 400),
                "target",
                "price",
                "model",
                "logistic",
                "optimizer",
                "gd",
                "learningRate",
                0.3,
                "epochs",
                200,
                "output",
                "model");
        Map<String, Object> result = train(spec);

        // Uniform noise of standard deviation 1 is all that a linear model leaves.
        assertTrue((double) result.get("rmse") < 1.2, result.toString());
        assertTrue((double) result.get("mae") < 1.1, result.toString());
        assertTrue((double) result.get("r2") > 0.99, result.toString());
        Path rows = Fixtures.write(folder.resolve("new.csv"), "size,city\n50,Bern\n20,Thun\n");
        List<Prediction> predictions = predict(spec.output(), rows);
        assertEquals(200, predictions.get(0).value(), 1);
        assertEquals(60, predictions.get(1).value(), 1);
    }

    @Test
    void learnsFromText() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder,
                "data",
                Fixtures.reviews(folder, 300),
                "target",
                "verdict",
                "model",
                "text",
                "learningRate",
                0.01,
                "epochs",
                15,
                "output",
                "model");
        assertTrue((double) train(spec).get("accuracy") > 0.95);

        Path rows = Fixtures.write(
                folder.resolve("new.csv"), "review\nthe story was superb and lovely\na dull and broken film\n\"\"\n");
        assertEquals(
                List.of("up", "down"),
                predict(spec.output(), rows).stream()
                        .limit(2)
                        .map(Prediction::label)
                        .toList());
    }

    @Test
    void givesMetricsWhereTheTruthIsKnown() throws IOException {
        Path data = Fixtures.clouds(folder, 200);
        TrainSpec spec = Fixtures.spec(folder, "data", data, "target", "kind", "epochs", 5, "output", "model");
        train(spec);
        try (Predictor predictor = Predictor.load(spec.output())) {
            List<Prediction> predictions = new ArrayList<>();
            Map<String, Double> metrics =
                    predictor.predict(data, null, predictions::add).orElseThrow();

            List<String> lines = Files.readAllLines(data);
            long right = predictions.stream()
                    .filter(p -> lines.get((int) p.line() - 1).endsWith("," + p.label()))
                    .count();
            assertEquals(right / 200.0, metrics.get("accuracy"), 1e-12);
            assertTrue(metrics.get("loss") > 0);
        }
    }

    @Test
    void keepsSafetensorsThatHoldTheSameParameters() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder, "data", Fixtures.clouds(folder, 60), "target", "kind", "epochs", 1, "output", "model");
        train(spec);
        try (Network network = ModelFolder.read(spec.output());
                NDManager manager = NDManager.newBaseManager()) {
            Safetensors.Contents contents =
                    Safetensors.read("The file", spec.output().resolve("model.safetensors"), manager);
            assertEquals(network.parameters().keySet(), contents.arrays().keySet());
            network.parameters()
                    .forEach((name, array) ->
                            assertEquals(array, contents.arrays().get(name), name));
        }
    }

    @Test
    void refusesALabelThatWasNotThereInTraining() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder, "data", Fixtures.clouds(folder, 60), "target", "kind", "epochs", 1, "output", "model");
        train(spec);
        Path rows = Fixtures.write(folder.resolve("new.csv"), "x,y,shade,kind\n1,1,dark,inner\n1,2,dark,upper\n");

        String message = assertThrows(InvalidInputException.class, () -> predict(spec.output(), rows))
                .getMessage();

        assertTrue(message.contains("upper") && message.contains("inner"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "model-0000.params", "model.safetensors"})
    void refusesADamagedModel(String file) throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder, "data", Fixtures.clouds(folder, 60), "target", "kind", "epochs", 1, "output", "model");
        train(spec);
        Path path = spec.output().resolve(file);
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(whole, whole.length - 9));

        String message = assertThrows(InvalidInputException.class, () -> Predictor.load(spec.output()))
                .getMessage();

        assertTrue(message.contains("damaged"), message);
    }

    @Test
    void refusesAModelOfAnotherVersionAndAFolderThatIsNone() throws IOException {
        TrainSpec spec = Fixtures.spec(
                folder, "data", Fixtures.clouds(folder, 60), "target", "kind", "epochs", 1, "output", "model");
        train(spec);
        Path card = spec.output().resolve("model.json");
        Files.writeString(card, Files.readString(card).replaceFirst("\"format\": 1", "\"format\": 2"));

        String truncated = Files.readString(card).replaceFirst("\"format\": 2", "\"format\": 1");
        Path half = Files.createDirectories(folder.resolve("half"));
        Files.writeString(half.resolve("model.json"), truncated.replaceFirst("\"features\"", "\"futures\""));
        String incomplete = assertThrows(InvalidInputException.class, () -> Predictor.load(half))
                .getMessage();
        assertTrue(incomplete.contains("damaged"), incomplete);

        String version = assertThrows(InvalidInputException.class, () -> Predictor.load(spec.output()))
                .getMessage();
        String none = assertThrows(InvalidInputException.class, () -> Predictor.load(folder))
                .getMessage();

        assertTrue(version.contains("format 2"), version);
        assertTrue(none.contains("no model folder"), none);
    }

    @Test
    void replacesOnlyAModelAndOnlyWhenAsked() throws IOException {
        Path data = Fixtures.clouds(folder, 60);
        Object[] arguments = {"data", data, "target", "kind", "epochs", 1, "output", "model"};
        TrainSpec spec = Fixtures.spec(folder, arguments);
        train(spec);
        assertThrows(InvalidInputException.class, spec::requireFreeOutput);

        Object[] again = Arrays.copyOf(arguments, arguments.length + 2);
        again[arguments.length] = "overwrite";
        again[arguments.length + 1] = true;
        TrainSpec overwriting = Fixtures.spec(folder, again);
        train(overwriting);
        try (var files = Files.list(folder)) {
            assertFalse(files.anyMatch(f -> f.getFileName().toString().matches("\\.model\\..*")), "leftovers");
        }

        again[7] = "notes";
        Files.createDirectories(folder.resolve("notes"));
        Fixtures.write(folder.resolve("notes/precious.txt"), "mine");
        TrainSpec overNotes = Fixtures.spec(folder, again);
        String message = assertThrows(InvalidInputException.class, overNotes::requireFreeOutput)
                .getMessage();
        assertTrue(message.contains("no trained model"), message);
    }

    private List<Prediction> predict(Path model, Path rows) {
        List<Prediction> predictions = new ArrayList<>();
        try (Predictor predictor = Predictor.load(model)) {
            predictor.predict(rows, null, predictions::add);
        }
        return predictions;
    }

    private Map<String, Object> train(TrainSpec spec) throws IOException {
        ControlFolder control = new ControlFolder(Files.createTempDirectory(folder, "control"));
        control.prepare(spec);
        try (EventLog events = new EventLog(control.events());
                PreparedData data = PreparedData.prepare(spec.data(), spec.seed(), control.cache());
                TrainingLoop loop = new TrainingLoop(FileAccess.PLAIN, spec, data, control, events, () -> false, 1)) {
            return loop.run();
        }
    }
}
