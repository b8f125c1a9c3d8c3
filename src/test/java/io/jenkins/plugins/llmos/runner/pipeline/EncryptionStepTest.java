package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.audit.AuditLog;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyReference;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code llmosPrivatize} with {@code encrypt}, {@code decrypt} and {@code rotate}, and trainings with a key. */
class EncryptionStepTest {
    @TempDir
    private Path workspace;

    @TempDir
    private Path apart;

    private Pipelines pipelines;
    private EncryptionKey key;

    @BeforeEach
    void makeKeyAndFiles() throws IOException {
        pipelines = new Pipelines(workspace);
        key = KeyReference.create(apart.resolve("key"));
        Files.createDirectories(workspace.resolve("notes/deep"));
        Files.writeString(workspace.resolve("notes/a.txt"), "first secret");
        Files.writeString(workspace.resolve("notes/deep/b.txt"), "second secret");
    }

    private PipelineRun.Outcome run(String script) throws IOException {
        String keyed = script.replace("key: KEY", "key: " + "'file:" + apart.resolve("key") + "'");
        return pipelines.run(pipelines.options("node { " + keyed + " }").withLedger(apart.resolve("ledger")));
    }

    private String read(String file) throws IOException {
        return Files.readString(workspace.resolve(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private void assertFails(String script, String... words) throws IOException {
        assertEquals(Result.FAILURE, run(script).result(), pipelines.log());
        for (String word : words) {
            assertTrue(pipelines.log().contains(word), pipelines.log());
        }
        assertFalse(pipelines.log().contains("\tat "), "a stack trace");
        assertEquals("first secret", read("notes/a.txt"));
    }

    @Test
    void encryptsRotatesAndDecrypts() throws IOException {
        EncryptionKey next = KeyReference.create(apart.resolve("next"));
        String newKey = "'file:" + apart.resolve("next") + "'";
        PipelineRun.Outcome outcome = run("llmosPrivatize(encrypt: 'notes/**', key: KEY, sensitivity: 'restricted')\n"
                + "if (readFile('notes/a.txt').contains('secret')) { error 'in the clear' }\n"
                + "llmosPrivatize(rotate: 'notes/**', key: KEY, newKey: " + newKey + ")\n"
                + "llmosPrivatize(decrypt: 'notes/**', key: " + newKey + ", output: 'out', build: '1')");

        assertEquals(Result.SUCCESS, outcome.result(), pipelines.log());
        assertEquals("second secret", read("out/notes/deep/b.txt"));
        assertFalse(read("notes/deep/b.txt").contains("secret"));
        assertTrue(
                pipelines.inOrder(
                        "Encrypted 2 files of 'notes/**' with the " + key,
                        "Gave another key to 2 files of 'notes/**' with the " + next,
                        "Decrypted 2 files"),
                pipelines.log());
        assertFalse(pipelines.log().contains(key.secret().substring(40, 80)));
        List<AuditLog.Entry> audited = new AuditLog(apart.resolve("ledger")).entries();
        assertEquals(
                List.of("encrypt", "rotate", "decrypt"),
                audited.stream().map(AuditLog.Entry::what).toList());
        assertEquals("restricted", audited.get(2).details().get("sensitivity"));
        assertEquals(next.id(), audited.get(2).details().get("key"));
    }

    @Test
    void badInputIsToldAndChangesNothing() throws IOException {
        assertFails("llmosPrivatize(encrypt: 'notes/**')", "needs the argument 'key'");
        assertFails("llmosPrivatize(encrypt: 'none/**', key: KEY)", "'none/**' matches none in");
        assertFails("llmosPrivatize(encrypt: 'notes/**', key: 'env:NO_SUCH')", "NO_SUCH, which is not set");
        assertFails("llmosPrivatize(encrypt: 'notes/**', key: 'file:notes/a.txt')", "neither JSON nor base64");
        assertFails("llmosPrivatize(encrypt: 'a', decrypt: 'b', key: KEY)", "one thing at a time");
        assertFails("llmosPrivatize(encrypt: 'notes/**', key: KEY, colour: 'red')", "has no argument 'colour'");
        assertFails("llmosPrivatize(decrypt: 'notes/**', key: KEY)", "a.txt is not encrypted");
        assertFails(
                "llmosPrivatize(encrypt: 'notes/**', key: KEY, sensitivity: 'secret')", "'sensitivity' is 'secret'");
        assertFails("llmosPrivatize(encrypt: 'notes/**', key: KEY, output: '.')", "exists already");
    }

    @Test
    void releasesStatisticsOfEncryptedData() throws IOException {
        Files.writeString(workspace.resolve("visits.csv"), "age\n" + "40\n".repeat(1000));
        new PrivacyLedger(apart.resolve("ledger"))
                .setBudget(
                        io.jenkins.plugins.llmos.engine.privacy.ledger.Origin.of("root"),
                        "visits",
                        new Budget(2, 1e-5));
        String release = "llmosPrivatize(data: 'visits.csv', epsilon: 1, release: [[count: true]]%s)";
        assertFails(release.formatted(", key: KEY"), "visits.csv is not encrypted");
        PipelineRun.Outcome outcome = run("llmosPrivatize(encrypt: 'visits.csv', key: KEY)\n" + "def r = "
                + release.formatted(", key: KEY") + "\n assert r.releases[0].value > 900");
        assertEquals(Result.SUCCESS, outcome.result(), pipelines.log());
        assertFalse(read("visits.csv").contains("40\n40"));
        assertFails(release.formatted(""), "visits.csv is encrypted. Give the key");
        KeyReference.create(apart.resolve("other"));
        assertFails(
                release.formatted(", key: 'file:" + apart.resolve("other") + "'"),
                "is encrypted with the key " + key.id());
        assertEquals(
                1, new PrivacyLedger(apart.resolve("ledger")).accounts().get(0).events());
    }

    @Test
    void trainsOnEncryptedDataIntoAnEncryptedModel() throws IOException {
        StringBuilder csv = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 60; i++) {
            csv.append(i).append(',').append(61 - i).append(i % 2 == 0 ? ",yes\n" : ",no\n");
        }
        Files.writeString(workspace.resolve("data.csv"), csv);
        String train =
                "llmosTrain(data: 'data.csv', target: 'label', epochs: 1, output: 'model', key: 'env:MODEL_KEY')";
        String secret = key.secret().replace("\"", "\\\"").replace("\n", "");
        PipelineRun.Outcome outcome = run("withEnv([\"MODEL_KEY=" + secret + "\"]) {\n"
                + "llmosPrivatize(encrypt: 'data.csv', key: 'env:MODEL_KEY', sensitivity: 'restricted')\n"
                + "def r = " + train + "\n"
                + "echo \"steps ${r.steps}\" }");

        assertEquals(Result.SUCCESS, outcome.result(), pipelines.log());
        assertTrue(read("model/model.json").startsWith("\u0089LLMOSE"));
        assertTrue(pipelines.inOrder("Encrypted 1 file of 'data.csv'", "steps 1"), pipelines.log());
        AuditLog.Entry last = new AuditLog(apart.resolve("ledger")).entries().get(1);
        assertEquals("train", last.what());
        assertEquals(key.id(), last.details().get("key"));
    }

    @Test
    void aKeyThatAScriptPrintsIsMasked() throws IOException {
        String secret = Files.readString(apart.resolve("key")).replaceAll("(?s).*\"value\":\\s*\"([^\"]+)\".*", "$1");
        PipelineRun.Outcome outcome = run("def text = readFile('" + apart.resolve("key") + "').trim()\n"
                + "withEnv(['LLMOS_KEY_MODEL=' + text]) {\n"
                + "  llmosPrivatize(encrypt: 'notes/a.txt', key: 'model')\n"
                + "  echo text\n"
                + "  sh 'env | grep LLMOS_KEY; echo after'\n"
                + "}");

        assertEquals(Result.SUCCESS, outcome.result(), pipelines.log());
        assertTrue(pipelines.log().contains("LLMOS_KEY_MODEL={"), pipelines.log());
        assertTrue(pipelines.log().contains("\"value\":\"****"), pipelines.log());
        assertFalse(pipelines.log().contains(secret), pipelines.log());
    }
}
