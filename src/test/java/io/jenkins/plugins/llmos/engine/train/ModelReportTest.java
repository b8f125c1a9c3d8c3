package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.report.Note;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.synthetic.SyntheticData;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.inspect.Fairness;
import io.jenkins.plugins.llmos.engine.train.inspect.ModelReport;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportPage;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportProcess;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportSpec;
import io.jenkins.plugins.llmos.engine.train.inspect.Reporter;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** Reports on trained models: what they say, and of which rows they must not speak. */
class ModelReportTest {
    @TempDir
    private Path folder;

    @Test
    void judgesAModelByTheRowsThatItHasNotSeen() throws Exception {
        Path data = Fixtures.clouds(folder, 600);
        Map<String, Object> result =
                train("data", data, "target", "kind", "test", 0.4, "epochs", 20, "output", "model");

        ModelReport report =
                report("model", "model", "groups", "shade", "positive", "outer", "gate", Map.of("accuracy", ">= 0.8"));

        assertEquals(
                "the 240 rows kept for the test of clouds.csv", report.rows().text());
        assertEquals((double) result.get("accuracy"), report.metrics().get("accuracy"), 1e-9);
        assertTrue(report.metrics().keySet().containsAll(List.of("calibrationError", "fairnessGap", "accuracyLow")));
        assertEquals(
                List.of("shade"),
                report.fairness().stream().map(Fairness::column).toList());
        // The clouds are round, so both coordinates matter, and the shade is drawn at random.
        assertEquals("shade", report.importance().get(2).column());
        assertTrue(report.importance().get(1).loss() > 0.2, report.importance()::toString);
        assertEquals(6, report.examples().size());
        assertFalse(report.complaint() != null, report::complaint);
        String html = Files.readString(folder.resolve("model/report.html"));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
        assertFalse(html.contains("<script"));
        assertEquals(
                report.metrics(), ModelFolder.readCard(folder.resolve("model")).report());

        ModelReport again =
                report("model", "model", "data", rows("x,y,shade,kind\n0,0,light,outer\n0,0,light,inner\n"));
        assertEquals(2, again.count());
        assertTrue(again.quality().get(1).text().contains("of another class"), again.quality()::toString);
    }

    @Test
    void isKeptSoThatItCanBeReadInAnotherLanguage() throws Exception {
        Path data = Fixtures.clouds(folder, 300);
        train("data", data, "target", "kind", "test", 0.4, "epochs", 2, "output", "model");
        ReportSpec spec = ReportSpec.from(Map.of("model", "model", "groups", "shade"), folder);
        Reporter.write(FileAccess.PLAIN, spec.in(Locale.SIMPLIFIED_CHINESE), folder.resolve("scratch"));
        String written = Files.readString(folder.resolve("model/report.html"));
        assertTrue(written.contains("lang=\"zh-CN\"") && written.contains("混淆矩阵"), written);

        ModelReport kept = Json.parse(Files.readString(folder.resolve("model/report.json")), ModelReport.class);
        Words chinese = Words.of(Locale.SIMPLIFIED_CHINESE);
        assertEquals(written, ReportPage.of(kept, chinese, t -> t).html("style.css"));
        assertEquals("clouds.csv 中留作测试的 120 行", kept.rows().in(chinese));
        Reporter.write(FileAccess.PLAIN, spec, folder.resolve("scratch"));
        assertTrue(ReportPage.of(kept, Words.ENGLISH, t -> t).html().contains("Confusion matrix"));
        assertTrue(Files.readString(folder.resolve("model/report.html")).contains("lang=\"en\""));
    }

    @Test
    void notesTellOneFromSeveral() {
        assertEquals(
                "No row is of class 'a', so nothing is known about it.",
                Note.of("absent", 1, "'a'", 0).text());
        Note several = Note.of("absent", 10, "'a', 'b'", 8);
        assertEquals("No row is of the classes 'a', 'b' and 8 more, so nothing is known about them.", several.text());
        assertEquals("没有属于类别 'a', 'b' 及另外 8 个（共 10 个）的行，因此对其一无所知。", several.in(Words.of(Locale.SIMPLIFIED_CHINESE)));
        assertEquals("of a later version", new Note("unheardOf", List.of(), "of a later version").in(Words.ENGLISH));
    }

    @Test
    void explainsNumbersInTheirOwnUnit() throws Exception {
        Path data = Fixtures.prices(folder, 400);
        train(
                "data",
                data,
                "target",
                "price",
                "model",
                "logistic",
                "optimizer",
                "gd",
                "learningRate",
                0.3,
                "epochs",
                150,
                "output",
                "model");
        ModelReport report = report("model", "model", "groups", List.of("city"));
        assertTrue(report.metrics().get("rmse") < 2);
        ModelReport.Example example = report.examples().get(0);
        assertEquals(
                example.value() - example.baseline(),
                example.parts().stream().mapToDouble(ModelReport.Part::adds).sum(),
                1);
        assertTrue(report.metrics().get("fairnessGap") < 1, report.metrics()::toString);
    }

    @Test
    void tellsOfPrivateTrainingsOnlyWhatIsPublic() throws Exception {
        Path data = Fixtures.clouds(folder, 300);
        Map<String, Object> privacy = Map.of("dataset", "clouds", "epsilon", 8, "delta", 1e-3);
        train("data", data, "target", "kind", "model", "logistic", "epochs", 2, "privacy", privacy, "output", "secret");

        String refusal = assertThrows(InvalidInputException.class, () -> report("model", "secret"))
                .getMessage();
        assertTrue(refusal.contains("rows for the test are secret"), refusal);
        assertThrows(InvalidInputException.class, () -> report("model", "secret", "public", true));
        Path others = rows("x,y,shade,kind\n0,0,light,inner\n0,1.5,dark,outer\n");
        refusal = assertThrows(InvalidInputException.class, () -> report("model", "secret", "data", others))
                .getMessage();
        assertTrue(refusal.contains("public: true"), refusal);
        assertFalse(Files.exists(folder.resolve("secret/report.json")));
        ModelReport report = report("model", "secret", "data", others, "public", true);
        assertTrue(report.metrics().get("epsilon") <= 8 && report.metrics().get("epsilon") > 7);

        Map<String, Object> open = new LinkedHashMap<>(privacy);
        open.put("public", List.of("test"));
        train("data", data, "target", "kind", "model", "logistic", "epochs", 2, "privacy", open, "output", "open");
        assertEquals(30, report("model", "open").count());
        assertThrows(InvalidInputException.class, () -> report("model", "open", "part", "validation"));
        assertThrows(InvalidInputException.class, () -> report("model", "open", "part", "all"));
    }

    @Test
    void findsHowHardExercisesAre() throws Exception {
        Path data = Fixtures.write(folder.resolve("exercises.csv"), SyntheticData.EXERCISES.csv(SyntheticData.SEED));
        train(
                "data",
                data,
                "target",
                "solved",
                "model",
                "irt",
                "user",
                "learner",
                "item",
                "exercise",
                "optimizer",
                "adamw",
                "learningRate",
                0.02,
                "batch",
                256,
                "epochs",
                8,
                "output",
                "irt");
        List<ModelReport.Item> items =
                report("model", "irt", "examples", 1, "rows", 50).items();
        assertEquals(60, items.size());
        // The generator makes exercises harder with their number, from e01 to e60.
        assertTrue(items.subList(0, 15).stream().allMatch(i -> i.name().compareTo("e36") > 0), items::toString);
        assertTrue(items.subList(45, 60).stream().allMatch(i -> i.name().compareTo("e25") < 0), items::toString);
        assertTrue(items.stream().allMatch(i -> i.discrimination() > 0));
    }

    @Test
    void refusesWhatItCannotJudgeBy() throws Exception {
        Path data = Fixtures.clouds(folder, 200);
        train("data", data, "target", "kind", "model", "logistic", "epochs", 1, "output", "model");
        refused("no class of this model", "model", "model", "positive", "middle");
        refused("does not have. Did you mean 'shade'", "model", "model", "groups", "shadow");
        refused("does not exist", "model", "models");
        refused("no column 'kind'", "model", "model", "data", rows("x,y,shade\n1,1,light\n"));
        refused("has no argument 'modell'", "model", "model", "modell", "x");
        refused("has no rows", "model", "model", "data", rows("x,y,shade,kind\n"));
        Path style = Fixtures.write(folder.resolve("model/style.css"), "body { color: red }");
        refused("without a report beside it", "model", "model");
        Files.delete(style);
        Fixtures.write(folder.resolve("model/report.html"), "my own page");
        refused("is not overwritten", "model", "model");
        Fixtures.write(folder.resolve("model/report.html"), "<meta name=\"generator\" content=\"LLMOS\"/>");
        Files.writeString(data, Files.readString(data) + "0,0,light,inner\n");
        refused("has changed since", "model", "model");
    }

    @Test
    void takesThePlaceOfReportsOfEveryVersionAndOfNothingElse() throws Exception {
        Path data = Fixtures.clouds(folder, 200);
        train("data", data, "target", "kind", "model", "logistic", "epochs", 1, "output", "model");
        Path output = Files.createDirectory(folder.resolve("report"));
        Path page = Fixtures.write(output.resolve("report.html"), "<meta name=\"generator\" content=\"LLMOS\"/>");
        Path json = Fixtures.write(output.resolve("report.json"), """
                {"format": 1, "model": "model", "training": "of old", "created": "2025-01-31T09:00:00Z", "kind": "mlp",
                 "task": "binary", "rows": "20 rows", "count": 20, "metrics": {"accuracy": 0.5}, "quality": ["Fine."]}
                """);

        ModelReport report = report("model", "model", "output", "report");

        assertEquals(
                report.metrics(),
                Json.parse(Files.readString(json), ModelReport.class).metrics());
        assertTrue(Files.readString(page).contains("Confusion matrix"));
        for (String foreign : List.of("{}", "[1]", "{\"format\": 1, \"model\": \"mine\"}", "a note", "")) {
            Fixtures.write(json, foreign);
            refused("no report of llmosReport", "model", "model", "output", "report");
            assertEquals(foreign, Files.readString(json));
        }
    }

    private void refused(String why, Object... arguments) {
        String message = assertThrows(InvalidInputException.class, () -> report(arguments))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void ofAnEncryptedModelTheReportIsEncryptedToo() throws Exception {
        Vault vault = new Vault(
                EncryptionKey.parse(EncryptionKey.generate(), "the test"),
                new Origin("job", "1"),
                Sensitivity.INTERNAL);
        Fixtures.clouds(folder, 200);
        Encryption.encrypt(new Encryption.Selection(folder, "*.csv", List.of(Path.of("clouds.csv")), null), vault);
        train(vault, "data", "clouds.csv", "target", "kind", "test", 0.4, "epochs", 2, "output", "model");
        refused("is encrypted", "model", "model");

        ReportSpec spec = ReportSpec.from(Map.of("model", "model", "groups", "shade", "key", "env:K"), folder);
        ModelReport report =
                ReportProcess.run(spec, folder.resolve("process"), TrainerProcess.Launch.withThreads(1), vault);

        assertTrue(report.metrics().get("accuracy") > 0.3, report::summary);
        for (String file : List.of("report.html", "report.json", "model.json")) {
            assertTrue(Vault.isEncrypted(folder.resolve("model").resolve(file)), file);
        }
        assertTrue(vault.readText(folder.resolve("model/report.html")).contains("Confusion matrix"));
        assertEquals(
                report.metrics(),
                ModelFolder.readCard(vault, folder.resolve("model")).report());

        ModelReport again = Reporter.write(vault, spec, folder.resolve("scratch"));
        assertEquals(report.metrics(), again.metrics(), "another takes its place");
        train(
                "data",
                Fixtures.prices(folder, 60),
                "target",
                "price",
                "model",
                "logistic",
                "epochs",
                1,
                "output",
                "clear");
        refused("is encrypted. Give the key", "model", "clear", "output", "model");
    }

    private Path rows(String csv) {
        return Fixtures.write(folder.resolve("rows.csv"), csv);
    }

    private ModelReport report(Object... arguments) throws IOException {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            byName.put((String) arguments[i], arguments[i + 1]);
        }
        return Reporter.write(FileAccess.PLAIN, ReportSpec.from(byName, folder), folder.resolve("scratch"));
    }

    private Map<String, Object> train(Object... arguments) throws IOException {
        return train(FileAccess.PLAIN, arguments);
    }

    private Map<String, Object> train(FileAccess access, Object... arguments) throws IOException {
        TrainSpec spec = Fixtures.spec(folder, arguments);
        ControlFolder control = new ControlFolder(Files.createTempDirectory(folder, "control"));
        control.prepare(spec);
        try (EventLog events = new EventLog(control.events());
                PreparedData data = PreparedData.prepare(access, spec, control.cache());
                TrainingLoop loop = new TrainingLoop(access, spec, data, control, events, () -> false, 1)) {
            return loop.run();
        }
    }
}
