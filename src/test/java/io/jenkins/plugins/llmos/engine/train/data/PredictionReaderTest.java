package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionReaderTest {
    @TempDir
    Path folder;

    private Path trained;
    private FeatureSchema schema;
    private List<float[]> encoded;

    @BeforeEach
    void train() {
        StringBuilder csv = new StringBuilder("size,colour,note,label\n");
        for (int i = 0; i < 40; i++) {
            csv.append(i % 7 == 0 ? "" : i * 0.5).append(i % 2 == 0 ? ",red" : ",blue");
            csv.append(",\"note number ")
                    .append(i)
                    .append(", 天气好\",")
                    .append(i % 3)
                    .append('\n');
        }
        trained = Specs.write(folder, csv.toString());
        try (PreparedData data = PreparedData.prepare(Specs.csv(trained, "label", 0, 0), 1, folder)) {
            schema = data.schema();
            encoded = Specs.rows(data, Specs.all(data));
        }
    }

    private record Read(List<float[]> rows, List<Long> lines, boolean targets) {}

    private Read read(Path file) {
        return read(schema, file, null);
    }

    private static Read read(FeatureSchema schema, Path file, Path labels) {
        try (PredictionReader reader = PredictionReader.open(FileAccess.PLAIN, schema, file, labels)) {
            List<float[]> rows = new ArrayList<>();
            List<Long> lines = new ArrayList<>();
            int width = schema.width();
            FloatBuffer features = FloatBuffer.allocate(7 * width);
            FloatBuffer targets = FloatBuffer.allocate(7);
            long[] at = new long[7];
            for (int n = reader.read(7, features, targets, at); n > 0; n = reader.read(7, features, targets, at)) {
                for (int i = 0; i < n; i++) {
                    float[] row = Arrays.copyOfRange(features.array(), i * width, (i + 1) * width + 1);
                    row[width] = targets.get(i);
                    rows.add(row);
                    lines.add(at[i]);
                }
                features.clear();
                targets.clear();
            }
            return new Read(rows, lines, reader.hasTargets());
        }
    }

    @Test
    void rowsAreEncodedAsInTraining() {
        Read read = read(trained);
        assertTrue(read.targets);
        assertEquals(40, read.rows.size());
        for (int i = 0; i < 40; i++) {
            assertArrayEquals(encoded.get(i), read.rows.get(i));
            assertEquals(i + 2L, read.lines.get(i));
        }
    }

    @Test
    void columnsInAnotherOrderAndWithoutTarget() {
        Path file = Specs.write(folder, "extra;note;colour;size\n1;note number 天;green;\n2;;blue;19.5\n");
        Read read = read(file);
        assertFalse(read.targets);
        assertEquals(2, read.rows.size());
        float[] first = read.rows.get(0);
        assertArrayEquals(new float[] {0, 0, 0}, Arrays.copyOf(first, 3));
        assertTrue(first[3] >= FeatureSchema.FIRST_WORD);
        assertEquals(schema.vocabulary().indexOf("天") + FeatureSchema.FIRST_WORD, first[5]);
        assertTrue(Float.isNaN(first[schema.width()]));
        assertArrayEquals(Arrays.copyOf(encoded.get(39), 3), Arrays.copyOf(read.rows.get(1), 3));
        assertEquals(0, read.rows.get(1)[3]);
    }

    @Test
    void labelsInOtherNotationsAndUnknownOnes() {
        Read read = read(Specs.write(folder, "size,colour,note,label\n1,red,x,2.0\n1,red,x,\n"));
        assertEquals(2, read.rows.get(0)[schema.width()]);
        assertTrue(Float.isNaN(read.rows.get(1)[schema.width()]));
        refuses(
                Specs.write(folder, "size,colour,note,label\n1,red,x,2\n1,red,x,seven\n"),
                "'label'",
                "'seven'",
                "row 2 (line 3)",
                "not there in training",
                "0, 1, 2");
    }

    @Test
    void badRows() {
        refuses(Specs.write(folder, "size,note\n1,x\n"), "no column 'colour'");
        refuses(
                Specs.write(folder, "size,colour,note\n1,red,x\nbig,red,x\n"),
                "column 'size'",
                "'big'",
                "row 2 (line 3)");
        refuses(Specs.write(folder, "size,colour,note\nNaN,red,x\n"), "'NaN'", "row 1 (line 2)");
        refuses(folder.resolve("none.csv"), "does not exist");
    }

    private void refuses(Path file, String... parts) {
        String message =
                assertThrows(InvalidInputException.class, () -> read(file)).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
        }
    }

    @Test
    void images() throws IOException {
        FeatureSchema digits;
        List<float[]> rows;
        try (PreparedData data =
                PreparedData.prepare(Specs.idx(Specs.DIGITS, Specs.DIGIT_LABELS, 0.1, 0.1), 1, folder)) {
            digits = data.schema();
            rows = Specs.rows(data, Specs.all(data));
        }
        Read read = read(digits, Specs.DIGITS, Specs.DIGIT_LABELS);
        assertEquals(10_000, read.rows.size());
        for (int i = 0; i < 10_000; i += 97) {
            assertArrayEquals(rows.get(i), read.rows.get(i));
            assertEquals(i + 1L, read.lines.get(i));
        }
        assertFalse(read(digits, Specs.DIGITS, null).targets);

        Path other = folder.resolve("other-idx3-ubyte");
        Files.write(other, Idx.bytes(new int[] {1, 2, 2}, new byte[4]));
        String message = assertThrows(InvalidInputException.class, () -> read(digits, other, null))
                .getMessage();
        assertTrue(message.contains("2 × 2 pixels") && message.contains("28 × 28"), message);
        Path labels = folder.resolve("labels-idx1-ubyte");
        byte[] values = new byte[10_000];
        values[41] = 77;
        Files.write(labels, Idx.bytes(new int[] {10_000}, values));
        message = assertThrows(InvalidInputException.class, () -> read(digits, Specs.DIGITS, labels))
                .getMessage();
        assertTrue(message.contains("image 42") && message.contains("'77'"), message);
    }
}
