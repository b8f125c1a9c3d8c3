package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            arrays.put("a", manager.create(new float[] {1, -0f, Float.MIN_VALUE, 3e38f, 5, 6}, new Shape(2, 3)));
            arrays.put("scalar", manager.create(7f));
            arrays.put("none", manager.zeros(new Shape(0, 4)));
            Safetensors.write(file, arrays, Map.of("key", "a \"text\""));
            Safetensors.Contents contents = Safetensors.read("The file", file, manager);

            assertEquals(arrays.keySet(), contents.arrays().keySet());
            assertEquals("a \"text\"", contents.metadata().get("key"));
            arrays.forEach((name, array) -> {
                assertEquals(array.getShape(), contents.arrays().get(name).getShape());
                assertArrayEquals(
                        array.toFloatArray(), contents.arrays().get(name).toFloatArray());
            });
        }
    }

    /** The layout that the format's description gives, byte by byte. */
    @Test
    void writesTheFormat() throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Safetensors.write(file, Map.of("w", manager.create(new float[] {1.5f})), Map.of());
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong();
        byte[] json = new byte[(int) header];
        bytes.get(json);

        assertEquals(0, header % 8);
        assertTrue(new String(json, StandardCharsets.UTF_8)
                .contains("\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"));
        assertEquals(1.5f, bytes.getFloat());
        assertEquals(0, bytes.remaining());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,4]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,400]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"w\":{\"shape\":[1]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
                "{\"w\":7}",
                "[]",
                "{\"w",
            })
    void refusesAHostileHeader(String json) throws IOException {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        assertRefused(bytes.array());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1L << 40, Long.MAX_VALUE})
    void refusesAHeaderLengthThatCannotBe(long length) throws IOException {
        assertRefused(ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
    }

    @Test
    void refusesAFileThatEndsBeforeItsHeader() throws IOException {
        assertRefused(new byte[5]);
    }

    private void assertRefused(byte[] contents) throws IOException {
        Path file = Files.write(folder.resolve("hostile.safetensors"), contents);
        try (NDManager manager = NDManager.newBaseManager()) {
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> Safetensors.read("The file", file, manager));
            assertTrue(e.getMessage().contains("damaged"), e.getMessage());
        }
    }
}
