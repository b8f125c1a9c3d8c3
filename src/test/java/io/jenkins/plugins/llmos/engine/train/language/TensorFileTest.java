package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFileTest {
    @TempDir
    private Path folder;

    @Test
    void readsFloatsOfAllWidths() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1.5f).putFloat(-3e38f).putFloat(Float.MIN_VALUE);
        // 1 and -2.5 as IEEE 754 half precision, then as the upper halves of single precision
        data.putShort((short) 0x3c00).putShort((short) 0xc100);
        data.putShort((short) 0x3f80).putShort((short) 0xc020);
        Path file = write(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
                        + "\"h\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[12,16]},"
                        + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[16,20]}}",
                data.array());

        try (TensorFile tensors = TensorFile.open(file);
                NDManager manager = NDManager.newBaseManager()) {
            assertArrayEquals(
                    new float[] {1.5f, -3e38f, Float.MIN_VALUE},
                    tensors.floats(manager, "a", new Shape(3)).toFloatArray());
            assertArrayEquals(
                    new float[] {1, -2.5f},
                    tensors.floats(manager, "h", new Shape(2, 1)).toFloatArray());
            assertArrayEquals(
                    new float[] {1, -2.5f},
                    tensors.floats(manager, "b", new Shape(2)).toFloatArray());
            InvalidInputException shape =
                    assertThrows(InvalidInputException.class, () -> tensors.floats(manager, "a", new Shape(1, 3)));
            assertTrue(shape.getMessage().contains("config.json asks for (1, 3)"), shape.getMessage());
            InvalidInputException missing =
                    assertThrows(InvalidInputException.class, () -> tensors.floats(manager, "c", new Shape(3)));
            assertTrue(missing.getMessage().contains("no array 'c'"), missing.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|overlap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|twice",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|belong to none",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|at its end belong to no array",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}|of 8 bytes",
                "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}|needs 4 bytes and has 8",
                "{\"a\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,8]}}|unknown type Q4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}|shape",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|to lie at 8 to 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}|not the JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":\"two\",\"data_offsets\":[0,8]}}|not the JSON",
                "{'a':7}|not the JSON",
                "{\"a\":{\"dtype\":\"F32\"|ends too early",
            })
    void refusesAHostileHeader(String header, String why) throws IOException {
        Path file = write(header, new byte[8]);

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> TensorFile.open(file));

        assertTrue(e.getMessage().contains("is damaged") && e.getMessage().contains(why), e.getMessage());
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }

    @Test
    void refusesWhatIsNoFileOfFloats() throws IOException {
        Path file = write("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
        try (TensorFile tensors = TensorFile.open(file);
                NDManager manager = NDManager.newBaseManager()) {
            refused("of type F64; only F32, F16 and BF16", () -> tensors.floats(manager, "a", new Shape(1)));
        }
        refused("cannot be read", () -> TensorFile.open(folder.resolve("missing")));
        refused("only a few bytes long", () -> TensorFile.open(Files.write(folder.resolve("short"), new byte[7])));
    }

    private static void refused(String why, Executable what) {
        String message = assertThrows(InvalidInputException.class, what).getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void refusesABombOfBracketsAndAHeaderThatIsNotUtf8() throws IOException {
        assertThrows(
                InvalidInputException.class,
                () -> TensorFile.open(write("{\"a\":" + "[".repeat(1_000_000), new byte[0])));
        byte[] bytes = new byte[16];
        bytes[0] = 8;
        bytes[8] = (byte) 0xff;
        Path file = Files.write(folder.resolve("x"), bytes);
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> TensorFile.open(file));
        assertTrue(e.getMessage().contains("not UTF-8"), e.getMessage());
    }

    private Path write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json).put(data);
        return Files.write(folder.resolve("hostile.safetensors"), all.array());
    }
}
