package io.jenkins.plugins.llmos.engine.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The synthetic data that ship are what their generators make. */
class SyntheticDataTest {
    @ParameterizedTest
    @EnumSource
    void theFilesThatShipAreMadeAgain(SyntheticData data) throws IOException {
        Path file = Path.of("resources/synthetic", data.text() + ".csv.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), data.csv(SyntheticData.SEED));
        }
        assertNotEquals(data.csv(1), data.csv(2));
    }
}
