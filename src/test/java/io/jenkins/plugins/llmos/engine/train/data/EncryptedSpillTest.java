package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoded rows of encrypted data that are too many for the memory. */
class EncryptedSpillTest {
    private static final int ROWS = 3000;

    @TempDir
    private Path folder;

    private final Vault vault = new Vault(
            EncryptionKey.parse(EncryptionKey.generate(), "the test"), new Origin("job", "1"), Sensitivity.INTERNAL);

    @Test
    void areEncryptedTooAndTakenUpByTheNextAttempt() throws IOException {
        StringBuilder csv = new StringBuilder("size,town,label\n");
        for (int i = 0; i < ROWS; i++) {
            csv.append(i % 97).append(i % 2 == 0 ? ",Winterthur" : ",Bern").append(i % 3 == 0 ? ",up\n" : ",down\n");
        }
        Path file = Files.writeString(folder.resolve("data.csv"), csv);
        DataSpec spec = Specs.csv(file, "label", 0.1, 0.1);
        float[] plain;
        try (PreparedData data = PreparedData.prepare(spec, 5, folder.resolve("plain"))) {
            plain = rows(data);
        }
        try (PreparedData data = PreparedData.prepare(FileAccess.PLAIN, spec, 5, folder.resolve("clear"), 0)) {
            assertTrue(data.isInFile());
        }
        assertTrue(anyHolds("clear", "Winterthur"), "the test would see clear text");
        Encryption.encrypt(new Encryption.Selection(folder, "*", List.of(Path.of("data.csv")), null), vault);
        Path cache = folder.resolve("cache");
        try (PreparedData data = PreparedData.prepare(vault, spec, 5, cache, 0)) {
            assertTrue(data.isInFile());
            assertArrayEquals(plain, rows(data));
        }
        byte[] before = Files.readAllBytes(cache.resolve("encoded.bin"));
        try (PreparedData data = PreparedData.prepare(vault, spec, 5, cache, 0)) {
            assertArrayEquals(plain, rows(data));
        }
        assertArrayEquals(before, Files.readAllBytes(cache.resolve("encoded.bin")));
        assertEquals(false, anyHolds("cache", "Winterthur"));
    }

    private boolean anyHolds(String in, String text) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(in))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static float[] rows(PreparedData data) {
        int[] all =
                IntStream.range(0, data.rows()).map(i -> data.rows() - 1 - i).toArray();
        FloatBuffer features = FloatBuffer.allocate(all.length * data.schema().width());
        FloatBuffer targets = FloatBuffer.allocate(all.length);
        data.read(all, 0, all.length, features, targets);
        float[] both = new float[features.capacity() + targets.capacity()];
        features.flip().get(both, 0, features.capacity());
        targets.flip().get(both, features.capacity(), targets.capacity());
        return both;
    }
}
