package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedDataTest {
    @TempDir
    Path folder;

    private PreparedData prepare(DataSpec spec) {
        return PreparedData.prepare(spec, 42, folder.resolve("cache"));
    }

    @Test
    void digits() {
        try (PreparedData data = prepare(Specs.idx(Specs.DIGITS, Specs.DIGIT_LABELS, 0.1, 0.1))) {
            FeatureSchema schema = data.schema();
            assertEquals(Task.MULTICLASS, schema.task());
            assertEquals(10, schema.classes());
            assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), schema.labels());
            assertArrayEquals(new int[] {1, 28, 28}, schema.sampleShape());
            assertEquals(784, schema.width());
            assertEquals(10_000, data.rows());
            assertEquals(8000, data.trainRows().length);
            assertEquals(1000, data.validationRows().length);
            assertEquals(1000, data.testRows().length);
            assertFalse(data.isInFile());
            double sum = 0;
            double squares = 0;
            int[] classes = new int[10];
            for (float[] row : Specs.rows(data, data.trainRows())) {
                for (int i = 0; i < 784; i++) {
                    sum += row[i];
                    squares += row[i] * row[i];
                }
                classes[(int) row[784]]++;
            }
            assertEquals(0, sum / 8000 / 784, 1e-4);
            assertEquals(1, squares / 8000 / 784, 1e-4);
            assertEquals(0.8 * 1001, classes[0], 1);
            assertEquals(0.8 * 863, classes[5], 1);
        }
    }

    @Test
    void tableWithAllTypes() {
        StringBuilder csv = new StringBuilder("\uFEFFage,city,review,bought\n");
        String[] cities = {"Oslo", "Rome", "", "Bern"};
        for (int i = 0; i < 40; i++) {
            csv.append(i % 10 == 3 ? "NA" : Integer.toString(i)).append(',');
            csv.append(cities[i % 4]).append(',');
            csv.append("\"Row number ").append(i).append(",\nquite \"\"good\"\"\",");
            csv.append(i % 2 == 0 ? "yes" : "no").append("\r\n");
        }
        try (PreparedData data = prepare(Specs.csv(Specs.write(folder, csv.toString()), "bought", 0, 0))) {
            FeatureSchema schema = data.schema();
            assertEquals(Task.BINARY, schema.task());
            assertEquals(List.of("no", "yes"), schema.labels());
            assertEquals(40, data.trainRows().length);
            assertEquals(4, schema.denseWidth());
            assertEquals(5, schema.tokenWidth());
            assertEquals(
                    List.of("Bern", "Oslo", "Rome"), schema.features().get(1).categories());
            assertEquals(
                    List.of("good", "number", "quite", "row"),
                    schema.vocabulary().subList(0, 4));
            assertEquals(46, schema.vocabularySize());
            double mean = 0;
            for (int i = 0; i < 40; i++) {
                mean += i % 10 == 3 ? 0 : i / 36.0;
            }
            assertEquals(mean, schema.features().get(0).mean(), 1e-9);
            List<float[]> rows = Specs.rows(data, Specs.all(data));
            double std = schema.features().get(0).std();
            assertArrayEquals(
                    new float[] {(float) ((1 - mean) / std), 0, 0, 1, 5, 3, number(schema, "1"), 4, 2, 0}, rows.get(1));
            assertArrayEquals(
                    new float[] {(float) ((2 - mean) / std), 0, 0, 0, 5, 3, number(schema, "2"), 4, 2, 1}, rows.get(2));
            assertEquals(0, rows.get(3)[0]);
            FeatureSchema read = Json.parse(Json.pretty(schema), FeatureSchema.class);
            assertEquals(schema, read);
        }
    }

    private static int number(FeatureSchema schema, String word) {
        return schema.vocabulary().indexOf(word) + FeatureSchema.FIRST_WORD;
    }

    @Test
    void regressionTargetIsStandardised() {
        StringBuilder csv = new StringBuilder("x;y\n");
        for (int i = 0; i < 50; i++) {
            csv.append(i).append(';').append(1000 + 10.5 * i).append('\n');
        }
        try (PreparedData data = prepare(Specs.csv(Specs.write(folder, csv.toString()), "y", 0.2, 0.2))) {
            assertEquals(Task.REGRESSION, data.schema().task());
            assertEquals(0, data.schema().classes());
            double sum = 0;
            double squares = 0;
            for (float[] row : Specs.rows(data, data.trainRows())) {
                sum += row[1];
                squares += row[1] * row[1];
            }
            assertEquals(0, sum / 30, 1e-5);
            assertEquals(1, squares / 30, 1e-5);
            float[] row = Specs.rows(data, new int[] {7}).get(0);
            assertEquals(
                    1000 + 73.5,
                    row[1] * data.schema().targetStd() + data.schema().targetMean(),
                    1e-3);
        }
    }

    @Test
    void statisticsComeFromTheTrainingPartOnly() throws IOException {
        StringBuilder csv = new StringBuilder("x,c,t,y\n");
        for (int i = 0; i < 100; i++) {
            csv.append("1,a,some words,").append(i % 2 == 0 ? "p" : "q").append('\n');
        }
        Path file = Specs.write(folder, csv.toString());
        DataSpec spec = Specs.csv(file, "y", Map.of("t", "text"), 0.1, 0.1);
        int odd;
        try (PreparedData data = prepare(spec)) {
            odd = data.testRows()[3];
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(odd + 1, lines.get(odd + 1).replace("1,a,some words", "1000,b,other things"));
        Files.write(file, lines);
        try (PreparedData data = prepare(spec)) {
            FeatureSchema schema = data.schema();
            assertEquals(1, schema.features().get(0).mean());
            assertEquals(1, schema.features().get(0).std());
            assertEquals(List.of("a"), schema.features().get(1).categories());
            assertEquals(List.of("some", "words"), schema.vocabulary());
            float[] row = Specs.rows(data, new int[] {odd}).get(0);
            assertArrayEquals(new float[] {999, 0, 1, 1}, Arrays.copyOf(row, 4));
        }
    }

    @Test
    void wholeNumbersOfFewKindsAreClasses() {
        StringBuilder csv = new StringBuilder("x\ty\n");
        for (int i = 0; i < 60; i++) {
            csv.append(i)
                    .append('\t')
                    .append(i % 12)
                    .append(i % 24 < 12 ? "" : ".0")
                    .append('\n');
        }
        Path file = Specs.write(folder, csv.toString());
        try (PreparedData data = prepare(Specs.csv(file, "y", 0, 0))) {
            assertEquals(
                    List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
                    data.schema().labels());
            assertEquals(11, Specs.rows(data, new int[] {23}).get(0)[1]);
        }
        try (PreparedData data = prepare(Specs.csv(file, "y", Map.of("y", "numeric"), 0, 0))) {
            assertEquals(Task.REGRESSION, data.schema().task());
        }
    }

    @Test
    void gzipIsRecognisedByContentAndFingerprintIsOfTheStoredBytes() throws IOException {
        String csv = "x,y\n" + "1,a\n2,b\n".repeat(10);
        Path plain = Specs.write(folder, csv);
        Path zipped = folder.resolve("zipped.csv");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(csv.getBytes(StandardCharsets.UTF_8));
        }
        try (PreparedData a = prepare(Specs.csv(plain, "y", 0.2, 0.2));
                PreparedData b = prepare(Specs.csv(zipped, "y", 0.2, 0.2))) {
            assertEquals(a.schema(), b.schema());
            assertEquals(Json.line(Specs.rows(a, a.trainRows())), Json.line(Specs.rows(b, b.trainRows())));
            assertNotEquals(a.fingerprint(), b.fingerprint());
            assertTrue(a.fingerprint().matches("[0-9a-f]{64}"));
        }
    }

    @Test
    void featuresAndExcludeChooseColumns() {
        Path file = Specs.write(folder, "a,b,c,y\n" + "1,2,3,p\n4,5,6,q\n".repeat(5));
        DataSpec some = new DataSpec(file, null, "y", List.of("c", "a"), List.of(), Map.of(), 0, 0, 16, 100);
        DataSpec rest = new DataSpec(file, null, "y", List.of(), List.of("b"), Map.of(), 0, 0, 16, 100);
        try (PreparedData one = prepare(some);
                PreparedData other = prepare(rest)) {
            assertEquals(one.schema(), other.schema());
            assertEquals(
                    List.of("a", "c"),
                    one.schema().features().stream()
                            .map(FeatureSchema.Feature::name)
                            .toList());
        }
    }
}
