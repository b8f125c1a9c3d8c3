package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.retrain.Baseline;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess.Launch;
import io.jenkins.plugins.llmos.engine.train.TrainingOutcome.Status;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that begin from an earlier model, and the profile that is kept with one, in real trainer processes. */
class WarmStartTest {
    private static final Map<String, Object> PRIVACY =
            Map.of("dataset", "clouds", "epsilon", 5, "delta", 1e-5, "public", List.of("columns"));

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();
    private int trainings;

    private TrainSpec spec(String output, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("data", "clouds.csv", "target", "kind", "hidden", "16,8", "batch", 16, "learningRate", 0.01));
        all.addAll(List.of("output", output, "overwrite", true));
        all.addAll(List.of(more));
        return Fixtures.spec(folder, all.toArray());
    }

    private TrainingOutcome train(TrainSpec spec) throws Exception {
        warnings.clear();
        ControlFolder control = new ControlFolder(folder.resolve("control-" + trainings++));
        TrainingOutcome outcome = TrainerProcess.start(spec, control, Launch.withThreads(1))
                .await(e -> {
                    if (e.type() == TrainingEvent.Type.WARNING) {
                        warnings.add(e.message());
                    }
                });
        assertEquals(Status.DONE, outcome.status(), () -> String.valueOf(outcome.message()));
        return outcome;
    }

    @Test
    void itGoesOnFromTheModelInTheOutputFolderWithItsEncoding() throws Exception {
        Fixtures.clouds(folder, 200);
        TrainingOutcome cold = train(spec("m", "epochs", 12, "warmStart", true));
        assertEquals(false, cold.result().get("warmStarted"));
        assertTrue(warnings.toString().contains("no earlier model"), warnings::toString);
        ModelCard first = ModelFolder.readCard(folder.resolve("m"));

        Fixtures.clouds(folder, 260);
        TrainingOutcome warm = train(spec("m", "epochs", 1, "warmStart", true));
        assertEquals(true, warm.result().get("warmStarted"));
        ModelCard second = ModelFolder.readCard(folder.resolve("m"));
        assertEquals(first.schema(), second.schema(), "rows are encoded as before");
        TrainingOutcome anew = train(spec("other", "epochs", 1));
        double warmLoss = ((Number) warm.result().get("loss")).doubleValue();
        double anewLoss = ((Number) anew.result().get("loss")).doubleValue();
        assertTrue(warmLoss < anewLoss - 0.05, () -> "warm " + warmLoss + ", anew " + anewLoss);
        assertFalse(anew.result().containsKey("warmStarted"));
    }

    @Test
    void whereTheModelDoesNotFitItBeginsAnewAndSaysWhy() throws Exception {
        Path data = Fixtures.clouds(folder, 120);
        train(spec("m", "epochs", 1));
        TrainingOutcome shape = train(spec("m", "epochs", 1, "hidden", "8", "warmStart", true));
        assertEquals(false, shape.result().get("warmStarted"));
        assertTrue(warnings.toString().contains("another shape"), warnings::toString);
        Files.writeString(data, Files.readString(data).replace("shade", "hue"));
        train(spec("m", "epochs", 1, "hidden", "8", "warmStart", true));
        assertTrue(warnings.toString().contains("its columns are others"), warnings::toString);
    }

    @Test
    void aPrivateTrainingNeverBeginsFromOneThatWasNot() throws Exception {
        Fixtures.clouds(folder, 120);
        train(spec("m", "epochs", 1));
        TrainingOutcome outcome = train(spec("m", "epochs", 1, "warmStart", true, "privacy", PRIVACY));
        assertEquals(false, outcome.result().get("warmStarted"));
        assertTrue(warnings.toString().contains("trained without privacy"), warnings::toString);
        assertEquals(
                true,
                train(spec("m", "epochs", 1, "warmStart", true, "privacy", PRIVACY))
                        .result()
                        .get("warmStarted"));
    }

    @Test
    void aProfileIsKeptOfOrdinaryDataAlone() throws Exception {
        Fixtures.clouds(folder, 120);
        train(spec("plain", "epochs", 1));
        DataProfile profile = ModelFolder.readProfile(folder.resolve("plain"));
        assertNotNull(profile);
        assertEquals(120, profile.rows());
        assertEquals(
                List.of("x", "y", "shade", "kind"),
                profile.columns().stream().map(DataProfile.Column::name).toList());
        assertEquals(
                "",
                Baseline.of(ModelFolder.readCard(folder.resolve("plain")), profile)
                        .withheld());

        train(spec("private", "epochs", 1, "privacy", PRIVACY));
        assertWithheld("private", "its training was private");
        train(spec("restricted", "epochs", 1, "sensitivity", "restricted"));
        assertWithheld("restricted", "the model is restricted");
    }

    private void assertWithheld(String output, String why) throws Exception {
        Path model = folder.resolve(output);
        assertFalse(Files.exists(model.resolve(ModelFolder.PROFILE)));
        assertNull(ModelFolder.readProfile(model));
        String withheld = Baseline.of(ModelFolder.readCard(model), null).withheld();
        assertTrue(withheld.contains(why), withheld);
    }

    @Test
    void aLanguageModelIsToldToUseFrom() {
        InvalidInputException e = assertThrows(
                InvalidInputException.class,
                () -> Fixtures.spec(folder, "data", "a.txt", "output", "m", "warmStart", true));
        assertTrue(e.getMessage().contains("from: 'model'"), e.getMessage());
    }
}
