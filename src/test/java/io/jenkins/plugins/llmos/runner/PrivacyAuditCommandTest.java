package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * {@code llmos privacy audit} on images of noise with classes drawn at random: all that a model can learn of them is the images
 * themselves.
 */
class PrivacyAuditCommandTest {
    private static final int SIDE = 48;
    /** Well below what attacks on a training without noise show, which differs from run to run with the rows sampled. */
    private static final double CLAIM = 0.5;

    private static final String PRIVACY = "privacy=dataset:noise,epsilon:" + CLAIM + ",delta:1e-4";
    private static final String WITHOUT_NOISE = PRIVACY + ",withoutNoise:true";

    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void train() throws Exception {
        noise("data", 1, 400);
        noise("members", 2, 200);
        noise("others", 3, 200);
        List<String> memorising = new ArrayList<>(List.of("train"));
        memorising.addAll(arguments("members"));
        assertEquals(0, execute(memorising, PRIVACY, "output=" + path("private")));
        assertEquals(0, execute(memorising, WITHOUT_NOISE, "output=" + path("noiseless")));
        Files.writeString(folder.resolve("numbers.csv"), "x,y\n1,1.5\n2,2.5\n3,3.5\n4,4.5\n");
        StringBuilder csv = new StringBuilder("x,kind\n");
        for (int i = 0; i < 100; i++) {
            csv.append(i).append(i % 3 == 0 ? ",a\n" : ",b\n");
        }
        Files.writeString(folder.resolve("table.csv"), csv);
        List<String> small = List.of("train", "model=logistic", "epochs=1", "validation=0");
        assertEquals(
                0, execute(small, "data=" + path("numbers.csv"), "target=y", "test=0", "output=" + path("regression")));
        assertEquals(
                0, execute(small, "data=" + path("table.csv"), "target=kind", "test=0.25", "output=" + path("table")));
    }

    private static int execute(List<String> arguments, String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return Main.commandLine().execute(all.toArray(String[]::new));
    }

    /** What learns rows by heart where nothing keeps it from that. */
    private static List<String> arguments(String data) {
        return List.of(
                "data=" + path(data + ".idx3"),
                "labels=" + path(data + ".idx1"),
                "model=logistic",
                "epochs=15",
                "batch=50",
                "learningRate=0.01",
                "validation=0",
                "test=0");
    }

    /** Images of noise in the IDX format. */
    private static void noise(String name, long seed, int rows) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer images = ByteBuffer.allocate(16 + rows * SIDE * SIDE);
        images.putInt(0x803).putInt(rows).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + rows);
        labels.putInt(0x801).putInt(rows);
        byte[] pixels = new byte[rows * SIDE * SIDE];
        random.nextBytes(pixels);
        images.put(pixels);
        for (int r = 0; r < rows; r++) {
            labels.put((byte) random.nextInt(2));
        }
        Files.write(folder.resolve(name + ".idx3"), images.array());
        Files.write(folder.resolve(name + ".idx1"), labels.array());
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private int audit(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "privacy";
        all[1] = "audit";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all);
    }

    private JsonObject auditModel(String model, int exit) {
        String json = path(model + ".json");
        assertEquals(
                exit,
                audit(
                        "--model=" + path(model),
                        "--members=" + path("members.idx3"),
                        "--member-labels=" + path("members.idx1"),
                        "--non-members=" + path("others.idx3"),
                        "--non-member-labels=" + path("others.idx1"),
                        "--shadows=4",
                        "--json=" + json),
                () -> out + "\n" + err);
        return Json.read("the report", Path.of(json), JsonObject.class);
    }

    private static double epsilon(JsonArray attacks, int attack) {
        return attacks.get(attack)
                .getAsJsonObject()
                .getAsJsonObject("bound")
                .get("epsilon")
                .getAsDouble();
    }

    @Test
    void aPrivateModelsClaimStands() {
        JsonArray attacks = auditModel("private", 0).getAsJsonArray("attacks");

        assertTrue(epsilon(attacks, 0) <= CLAIM && epsilon(attacks, 1) <= CLAIM, attacks::toString);
        assertTrue(out.toString().contains("The claim stands"), out.toString());
        assertTrue(err.toString().contains("shadow model 4 of 4"), err.toString());
    }

    @Test
    void aModelWithoutNoiseIsFoundOut() {
        JsonObject report = auditModel("noiseless", 1);

        JsonArray attacks = report.getAsJsonArray("attacks");
        assertTrue(epsilon(attacks, 0) > CLAIM && epsilon(attacks, 1) > CLAIM, attacks::toString);
        assertFalse(report.getAsJsonObject("claim").get("kept").getAsBoolean());
        assertTrue(out.toString().contains("keeps nothing private"), out.toString());
        assertTrue(out.toString().contains("The claim is refuted"), out.toString());
    }

    private int auditTraining(String privacy, String... more) {
        List<String> all = new ArrayList<>(List.of("--one-run"));
        all.addAll(arguments("data"));
        all.add(privacy);
        all.addAll(List.of(more));
        return audit(all.toArray(String[]::new));
    }

    @Test
    void onePrivateTrainingsClaimStands() throws Exception {
        assertEquals(0, auditTraining(PRIVACY, "--json=" + path("one.json")), () -> out + "\n" + err);

        JsonObject report = Json.read("the report", folder.resolve("one.json"), JsonObject.class);
        assertTrue(report.get("epsilon").getAsDouble() <= CLAIM, report::toString);
        assertEquals(200, report.get("canaries").getAsInt());
        assertTrue(out.toString().contains("The claim stands"), out.toString());
    }

    @Test
    void oneTrainingWithoutNoiseIsFoundOut() {
        assertEquals(1, auditTraining(WITHOUT_NOISE), () -> out + "\n" + err);

        assertTrue(out.toString().contains("The claim is refuted"), out.toString());
    }

    @Test
    void takesTheTrainingsOwnPartsOfItsData() {
        assertEquals(0, audit("--model=" + path("table"), "--data=" + path("table.csv"), "--shadows=0"), err::toString);

        assertTrue(out.toString().contains("75 members, 25 non-members"), out.toString());
        assertTrue(out.toString().contains("There is no claim"), out.toString());
        assertEquals(2, audit("--model=" + path("table"), "--data=" + path("numbers.csv"), "--shadows=0"));
        assertTrue(err.toString().contains("kind"), err.toString());
    }

    @Test
    void refusesToSplitAnotherFile() throws Exception {
        String other = Files.readString(folder.resolve("table.csv")).replace("1,b", "2,b");
        Path file = Files.writeString(folder.resolve("changed.csv"), other);

        assertEquals(2, audit("--model=" + path("table"), "--data=" + file, "--shadows=0"));

        assertTrue(err.toString().contains("was not trained on"), err.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, table.csv, table.csv, is no model folder",
        "regression, numbers.csv, numbers.csv, predicts a number",
        "table, nothing.csv, table.csv, nothing.csv",
        "table, empty.csv, table.csv, is empty",
        "table, header.csv, table.csv, There are 0 members",
        "table, few.csv, table.csv, There are 2 members",
        "table, table.csv, few.csv, There are 2 non-members",
        "table, table.csv, table.csv, stand among the members",
        "table, unlabelled.csv, table.csv, has no column 'kind'",
        "table, numbers.csv, table.csv, has no column 'kind'",
        "table, missing.csv, table.csv, is missing in line 3",
        "table, strange.csv, table.csv, was not there in training",
        "private, members.idx3, others.idx3, come without labels"
    })
    void badRowsAreToldInASentence(String model, String members, String others, String said) throws Exception {
        Files.writeString(folder.resolve("empty.csv"), "");
        Files.writeString(folder.resolve("header.csv"), "x,kind\n");
        Files.writeString(folder.resolve("few.csv"), "x,kind\n1,a\n2,b\n");
        Files.writeString(folder.resolve("unlabelled.csv"), "x\n1\n");
        Files.writeString(folder.resolve("missing.csv"), "x,kind\n1,a\n2,\n");
        Files.writeString(folder.resolve("strange.csv"), "x,kind\n1,c\n");

        assertEquals(
                2,
                audit(
                        "--model=" + path(model),
                        "--members=" + path(members),
                        "--non-members=" + path(others),
                        "--json=" + path("never.json")));

        assertTrue(err.toString().contains(said), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
        assertFalse(Files.exists(folder.resolve("never.json")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--shadows=2|two on either side",
                "--shadows=5|even number",
                "--confidence=1|must be above 0 and below 1",
                "--delta=1|must be from 0 to less than 1",
                "--canaries=100|go with --one-run alone",
                "epochs=3|goes with --one-run alone",
                "--data=x.csv|Name rows",
                "--json=EXISTS|exists already"
            })
    void badOptionsAreToldInASentence(String given) {
        String[] parts = given.replace("EXISTS", path("table.csv")).split("\\|", -1);

        assertEquals(
                2,
                audit(
                        "--model=" + path("table"),
                        "--members=" + path("table.csv"),
                        "--non-members=" + path("few.csv"),
                        parts[0]));

        assertTrue(err.toString().contains(parts[1]), err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "privacy=dataset:noise,epsilon:1,delta:1e-3;--canaries=10|at least 20",
                "privacy=dataset:noise,epsilon:1,delta:1e-3;--canaries=401|of 400 training rows",
                "privacy=dataset:noise,epsilon:1,delta:1e-3;--guesses=3|must be even",
                "privacy=dataset:noise,epsilon:1,delta:1e-3;--model=m|do not go with it",
                "privacy=dataset:noise,epsilon:1,delta:1e-3;output=m|keeps no model",
                "privacy=dataset:noise,epsilon:1,delta:0.5|above 1/",
                "seed=1|is not private"
            })
    void badTrainingsAreToldInASentence(String given) {
        String[] parts = given.split("\\|", -1);

        assertEquals(2, auditTraining("seed=2", parts[0].split(";", -1)));

        assertTrue(err.toString().contains(parts[1]), err.toString());
    }

    @Test
    void aNumberCannotHaveAWrongClass() {
        assertEquals(
                2, audit("--one-run", "data=" + path("numbers.csv"), "target=y", "test=0", "validation=0", PRIVACY));

        assertTrue(err.toString().contains("needs classes"), err.toString());
    }
}
