package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess.Launch;
import io.jenkins.plugins.llmos.engine.train.TrainingOutcome.Status;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings whose data, checkpoints and model are encrypted, in real trainer processes. */
class EncryptedTrainingTest {
    private static final Object[] ARGUMENTS = {
        "target", "kind", "hidden", "16,8", "batch", 16, "epochs", 3, "checkpointSteps", 1, "patience", 2
    };

    /** Far more checkpoints, and larger ones, than pass while a trainer is asked to leave. */
    private static final Object[] LONG = {"hidden", "400,200", "epochs", 20, "patience", 20};

    /** How often a training is interrupted before it may end. */
    private static final int INTERRUPTIONS = 3;

    @TempDir
    private Path folder;

    private final EncryptionKey key = EncryptionKey.parse(EncryptionKey.generate(), "the test");

    private Vault vault(Sensitivity sensitivity) {
        return new Vault(key, new Origin("job", "3"), sensitivity);
    }

    private TrainSpec spec(String output, Object... more) {
        List<Object> all = new ArrayList<>(List.of(ARGUMENTS));
        all.addAll(List.of("data", "clouds.csv", "output", output));
        all.addAll(List.of(more));
        return Fixtures.spec(folder, all.toArray());
    }

    private ControlFolder control(TrainSpec spec) {
        return new ControlFolder(folder.resolve("control-" + spec.output().getFileName()));
    }

    private void encryptData() {
        Encryption.encrypt(
                new Encryption.Selection(folder, "*.csv", List.of(Path.of("clouds.csv")), null),
                vault(Sensitivity.RESTRICTED));
    }

    /** Everything that lies in a folder, by path. */
    private Map<Path, byte[]> files() throws IOException {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static void assertNowhere(Map<Path, byte[]> files, byte[] secret) {
        String needle = new String(secret, StandardCharsets.ISO_8859_1);
        files.forEach((path, bytes) -> assertFalse(
                new String(bytes, StandardCharsets.ISO_8859_1).contains(needle), path + " holds clear text"));
    }

    @Test
    void killedAndLeavingItMakesTheParametersOfAPlainTrainingAndWritesNoClearText() throws Exception {
        Path data = Fixtures.clouds(folder, 120);
        String[] rows = Files.readString(data).split("\n", -1);
        TrainSpec plain = spec("plain", LONG);
        assertEquals(
                Status.DONE,
                TrainerProcess.start(plain, control(plain), Launch.withThreads(1))
                        .await(e -> {})
                        .status());
        byte[] parameters = Files.readAllBytes(plain.output().resolve("model.safetensors"));
        ModelFolder.delete(plain.output());
        ModelFolder.delete(control(plain).path());
        encryptData();

        List<Object> encrypted = new ArrayList<>(List.of(LONG));
        encrypted.addAll(List.of("key", "env:KEY"));
        TrainSpec secret = spec("secret", encrypted.toArray());
        TrainingOutcome outcome;
        List<Map<Path, byte[]>> seen = new ArrayList<>();
        int attempts = 0;
        do {
            attempts++;
            assertTrue(attempts <= INTERRUPTIONS + 1, "the training does not get on");
            boolean interrupt = attempts <= INTERRUPTIONS;
            boolean kill = attempts % 2 == 0;
            int[] checkpoints = {0};
            TrainerProcess process = TrainerProcess.start(
                    secret,
                    control(secret),
                    new Launch(
                            1,
                            List.of("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))),
                            Map.of("KEY", key.secret())),
                    vault(Sensitivity.INTERNAL));
            outcome = process.await(e -> {
                if (e.type() == TrainingEvent.Type.CHECKPOINT && interrupt && ++checkpoints[0] == 6) {
                    leave(process, kill);
                }
            });
            seen.add(files());
        } while (outcome.status() != Status.DONE);

        assertEquals(INTERRUPTIONS + 1, attempts, "not interrupted each time");
        byte[] first = Arrays.copyOfRange(parameters, parameters.length - 64, parameters.length - 32);
        for (Map<Path, byte[]> files : seen) {
            for (int row : new int[] {1, 57, 120}) {
                assertNowhere(files, rows[row].substring(0, 12).getBytes(StandardCharsets.UTF_8));
            }
            assertNowhere(files, "outer".getBytes(StandardCharsets.UTF_8));
            assertNowhere(files, first);
            assertNowhere(files, key.secret().substring(40, 80).getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = vault(Sensitivity.INTERNAL).read(secret.output().resolve("model.safetensors"))) {
            assertArrayEquals(parameters, in.readAllBytes());
        }
        ModelCard card = ModelFolder.readCard(vault(Sensitivity.INTERNAL), secret.output());
        assertEquals("restricted", card.spec().sensitivity(), "a model is as sensitive as its data");
        assertFalse(Files.exists(secret.output().resolve(ModelFolder.PROFILE)), "no profile of encrypted data is kept");
    }

    private static void leave(TrainerProcess process, boolean kill) {
        try {
            if (kill) {
                process.kill();
            } else {
                process.requestYield();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anEncryptedModelPredictsLikeAPlainOneAndOnlyWithItsKey() throws Exception {
        Fixtures.clouds(folder, 120);
        encryptData();
        TrainSpec spec = spec("m", "key", "env:KEY");
        TrainingOutcome outcome = TrainerProcess.start(
                        spec, control(spec), Launch.withThreads(1), vault(Sensitivity.INTERNAL))
                .await(e -> {});
        assertEquals(Status.DONE, outcome.status(), outcome.message());
        Path fresh = Fixtures.clouds(Files.createDirectories(folder.resolve("fresh")), 50);
        try (Predictor predictor = Predictor.load(vault(Sensitivity.INTERNAL), FileAccess.PLAIN, spec.output())) {
            List<String> labels = new ArrayList<>();
            assertTrue(
                    predictor.predict(fresh, null, p -> labels.add(p.label())).isPresent());
            assertEquals(50, labels.size());
        }
        assertTrue(refusal(FileAccess.PLAIN, spec).contains("is encrypted. Give the key"));
        Vault other = new Vault(
                EncryptionKey.parse(EncryptionKey.generate(), "the test"), new Origin("", ""), Sensitivity.INTERNAL);
        assertTrue(refusal(other, spec).contains("is encrypted with the key " + key.id()));
        Path model = spec.output().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length - 1]++;
        Files.write(model, bytes);
        assertTrue(refusal(vault(Sensitivity.INTERNAL), spec).contains("was changed or cut"));
    }

    private static String refusal(FileAccess access, TrainSpec spec) {
        String message = assertThrows(
                        InvalidInputException.class, () -> Predictor.load(access, FileAccess.PLAIN, spec.output()))
                .getMessage();
        assertNotNull(message);
        return message;
    }

    private TrainingOutcome outcome(TrainSpec spec, Vault vault) throws Exception {
        return TrainerProcess.start(spec, control(spec), Launch.withThreads(1), vault)
                .await(e -> {});
    }

    @Test
    void clearDataWithAKeyAndEncryptedDataWithoutOneAreRefused() throws Exception {
        Fixtures.clouds(folder, 60);
        TrainSpec keyed = spec("keyed", "key", "env:KEY");
        TrainingOutcome clear = outcome(keyed, vault(Sensitivity.INTERNAL));
        assertEquals(ExitCode.BAD_DATA, clear.exitCode());
        assertTrue(clear.message().contains("is not encrypted"), clear.message());
        encryptData();
        TrainingOutcome keyless = outcome(spec("keyless"), null);
        assertEquals(ExitCode.BAD_DATA, keyless.exitCode());
        assertTrue(keyless.message().contains("is encrypted. Give the key"), keyless.message());
        assertFalse(Files.exists(folder.resolve("keyed")));
        assertFalse(Files.exists(folder.resolve("keyless")));
    }

    @Test
    void whatIsWrongWithEncryptedDataIsToldWithoutTheirValues() throws Exception {
        Path data = Fixtures.clouds(folder, 60);
        Files.writeString(data, Files.readString(data) + "1,2,secretvalue\n");
        encryptData();
        TrainSpec spec = spec("m", "key", "env:KEY", "types", Map.of("kind", "numeric"));
        TrainingOutcome outcome = outcome(spec, vault(Sensitivity.INTERNAL));
        assertEquals(ExitCode.BAD_DATA, outcome.exitCode());
        assertFalse(outcome.message().contains("outer"), outcome.message());
        assertNowhere(files(), "secretvalue".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tamperedDataTrainNothing() throws Exception {
        Path data = Fixtures.clouds(folder, 60);
        encryptData();
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        TrainSpec spec = spec("m", "key", "env:KEY");
        TrainingOutcome outcome = outcome(spec, vault(Sensitivity.INTERNAL));
        assertEquals(ExitCode.BAD_DATA, outcome.exitCode());
        assertTrue(outcome.message().contains("was changed or cut"), outcome.message());
        assertFalse(Files.exists(spec.output()));
    }
}
