package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.io.FileUtils;

/** Laws that hold for any data. */
class DataPropertiesTest {
    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("llmos-data");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
    }

    private static Path write(String text) {
        try {
            return Files.writeString(folder.resolve("data.csv"), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Property(tries = 60)
    void idxRoundTrip(
            @ForAll @IntRange(min = 2, max = 40) int count,
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll @IntRange(min = 1, max = 6) int height,
            @ForAll @IntRange(min = 1, max = 6) int width,
            @ForAll Random random)
            throws IOException {
        byte[] pixels = new byte[count * channels * height * width];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % (count / 2) == 0 ? 200 : 3);
        }
        int[] shape = channels == 1 ? new int[] {count, height, width} : new int[] {count, channels, height, width};
        Path images = Files.write(folder.resolve("i-idx3-ubyte"), Idx.bytes(shape, pixels));
        Path names = Files.write(folder.resolve("l-idx1-ubyte"), Idx.bytes(new int[] {count}, labels));
        if (count < 4) {
            return;
        }
        try (PreparedData data = PreparedData.prepare(Specs.idx(images, names, 0, 0), 1, folder)) {
            assertArrayEquals(new int[] {channels, height, width}, data.schema().sampleShape());
            assertEquals(List.of("3", "200"), data.schema().labels());
            FeatureSchema.Feature f = data.schema().features().get(0);
            List<float[]> rows = Specs.rows(data, Specs.all(data));
            int n = channels * height * width;
            for (int i = 0; i < count; i++) {
                assertEquals(labels[i] == 3 ? 0 : 1, rows.get(i)[n]);
                for (int p = 0; p < n; p++) {
                    assertEquals(pixels[i * n + p] & 0xff, rows.get(i)[p] * f.std() + f.mean(), 1e-3);
                }
            }
        }
    }

    @Property(tries = 100)
    void partsAreDisjointCompleteAndStratified(
            @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 2, max = 60) Integer> sizes,
            @ForAll @IntRange(max = 4) int test,
            @ForAll @IntRange(max = 4) int validation,
            @ForAll long seed) {
        List<String> rows = new ArrayList<>();
        for (int c = 0; c < sizes.size(); c++) {
            rows.addAll(Collections.nCopies(sizes.get(c), "1,c" + c + "\n"));
        }
        Collections.shuffle(rows, new Random(seed));
        int n = rows.size();
        double testPart = test / 10.0;
        double validationPart = validation / 10.0;
        if (n - Math.max(1, Math.round(n * testPart)) - Math.max(1, Math.round(n * validationPart)) < sizes.size()) {
            return;
        }
        DataSpec spec = Specs.csv(write("x,y\n" + String.join("", rows)), "y", testPart, validationPart);
        try (PreparedData data = PreparedData.prepare(spec, seed, folder);
                PreparedData again = PreparedData.prepare(spec, seed, folder)) {
            assertArrayEquals(data.trainRows(), again.trainRows());
            assertArrayEquals(data.testRows(), again.testRows());
            assertEquals(test == 0, data.testRows().length == 0);
            assertEquals(validation == 0, data.validationRows().length == 0);
            int[] all = Stream.of(data.trainRows(), data.validationRows(), data.testRows())
                    .flatMapToInt(IntStream::of)
                    .sorted()
                    .toArray();
            assertArrayEquals(Specs.all(data), all);
            assertEquals(n * testPart, data.testRows().length, 1);
            int[] inTraining = classes(data, data.trainRows(), sizes.size());
            int[] inTest = classes(data, data.testRows(), sizes.size());
            for (int c = 0; c < sizes.size(); c++) {
                assertTrue(inTraining[c] > 0);
                if (sizes.get(c) >= 20) {
                    assertEquals(sizes.get(c) * testPart, inTest[c], 1 + sizes.size() / 2.0);
                }
            }
        }
    }

    private static int[] classes(PreparedData data, int[] rows, int classes) {
        int[] counts = new int[classes];
        for (float[] row : Specs.rows(data, rows)) {
            counts[(int) row[row.length - 1]]++;
        }
        return counts;
    }

    @Property(tries = 60)
    void memoryAndFileGiveTheSameAndTheFileIsTakenUpAgain(
            @ForAll @Size(min = 4, max = 60) List<@StringLength(max = 12) String> texts, @ForAll Random random)
            throws IOException {
        Path cache = folder.resolve("cache");
        FileUtils.deleteDirectory(cache.toFile());
        DataSpec spec = Specs.csv(write(table(texts, random)), "y", Map.of("t", "text", "c", "categorical"), 0.2, 0.2);
        try (PreparedData memory = PreparedData.prepare(FileAccess.PLAIN, spec, 5, cache, Long.MAX_VALUE);
                PreparedData file = PreparedData.prepare(FileAccess.PLAIN, spec, 5, cache, 0);
                PreparedData resumed = PreparedData.prepare(FileAccess.PLAIN, spec, 5, cache, 0)) {
            assertFalse(memory.isInFile());
            assertTrue(file.isInFile());
            assertSame(memory, file);
            assertSame(memory, resumed);
        }
        Path records = cache.resolve("encoded.bin");
        byte[] bytes = Files.readAllBytes(records);
        bytes[random.nextInt(bytes.length)] ^= 0x10;
        Files.write(records, bytes);
        try (PreparedData memory =
                        PreparedData.prepare(FileAccess.PLAIN, spec, 5, folder.resolve("none"), Long.MAX_VALUE);
                PreparedData rebuilt = PreparedData.prepare(FileAccess.PLAIN, spec, 5, cache, 0)) {
            assertSame(memory, rebuilt);
        }
        Files.write(records, Arrays.copyOf(bytes, bytes.length - 1));
        try (PreparedData other = PreparedData.prepare(FileAccess.PLAIN, spec, 6, cache, 0);
                PreparedData memory =
                        PreparedData.prepare(FileAccess.PLAIN, spec, 6, folder.resolve("none"), Long.MAX_VALUE)) {
            assertSame(memory, other);
        }
    }

    private static void assertSame(PreparedData a, PreparedData b) {
        assertEquals(a.schema(), b.schema());
        assertArrayEquals(a.trainRows(), b.trainRows());
        assertArrayEquals(a.validationRows(), b.validationRows());
        assertArrayEquals(a.testRows(), b.testRows());
        List<float[]> ofA = Specs.rows(a, Specs.all(a));
        List<float[]> ofB = Specs.rows(b, Specs.all(b));
        for (int i = 0; i < ofA.size(); i++) {
            assertArrayEquals(ofA.get(i), ofB.get(i));
        }
    }

    private static String table(List<String> texts, Random random) throws IOException {
        StringWriter out = new StringWriter();
        try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
            csv.printRecord("n", "c", "t", "y");
            for (int i = 0; i < texts.size(); i++) {
                csv.printRecord(
                        random.nextGaussian(), "k" + random.nextInt(300), texts.get(i), i % 2 == 0 ? "yes" : "no");
            }
        }
        return out.toString();
    }

    @Property(tries = 100)
    void quotedValuesComeThrough(@ForAll @Size(min = 2, max = 20) List<@StringLength(max = 8) String> values)
            throws IOException {
        StringWriter out = new StringWriter();
        try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
            csv.printRecord("text", "y");
            for (String value : values) {
                csv.printRecord(printable(value), "1");
            }
        }
        try (CsvSource source = CsvSource.open(FileAccess.PLAIN, write(out.toString()))) {
            for (String value : values) {
                assertTrue(source.next());
                assertEquals(printable(value), source.get(0));
            }
            assertFalse(source.next());
        }
    }

    /** Without surrogates that stand alone, which no file in UTF-8 can hold. */
    private static String printable(String value) {
        return value.codePoints()
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Property(tries = 60)
    void statisticsDoNotDependOnTheOrderOfRows(
            @ForAll @Size(min = 4, max = 50) List<@IntRange(min = -1000, max = 1000) Integer> values,
            @ForAll Random random) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            rows.add(values.get(i) + ",k" + i % 3 + ",w" + i % 5 + " and w" + i % 7 + "," + i * 0.37 + "\n");
        }
        Map<String, String> types = Map.of("t", "text");
        try (PreparedData a = PreparedData.prepare(
                Specs.csv(write("x,c,t,y\n" + String.join("", rows)), "y", types, 0, 0), 1, folder)) {
            Collections.shuffle(rows, random);
            try (PreparedData b = PreparedData.prepare(
                    Specs.csv(write("x,c,t,y\n" + String.join("", rows)), "y", types, 0, 0), 1, folder)) {
                assertEquals(a.schema().vocabulary(), b.schema().vocabulary());
                assertEquals(a.schema().features().get(1), b.schema().features().get(1));
                assertEquals(a.schema().targetMean(), b.schema().targetMean(), 1e-9);
                assertEquals(a.schema().targetStd(), b.schema().targetStd(), 1e-9);
                assertEquals(
                        a.schema().features().get(0).std(),
                        b.schema().features().get(0).std(),
                        1e-9 * 1000);
            }
        }
    }

    @Property(tries = 1000)
    void numbersAreReadAsJavaReadsThem(@ForAll double d, @ForAll long l, @ForAll @IntRange(max = 25) int decimals) {
        if (Double.isFinite(d) && Math.abs(d) <= 1e100) {
            assertEquals(d, Values.number(Double.toString(d)));
            assertEquals(
                    Double.parseDouble(String.format("%." + decimals + "e", d)),
                    Values.number(String.format("%." + decimals + "e", d)));
        }
        assertEquals((double) l, Values.number(Long.toString(l)));
        String scaled = BigDecimal.valueOf(l, decimals).toPlainString();
        assertEquals(Double.parseDouble(scaled), Values.number(scaled));
    }

    @Property
    void noTextButNumbersIsANumber(@ForAll @StringLength(max = 6) String text) {
        double d = Values.number(text);
        if (!Double.isNaN(d)) {
            assertTrue(text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"), text);
            assertEquals(Double.parseDouble(text), d);
        }
    }

    @Property
    void schemasSurviveJson(@ForAll @Size(max = 5) List<String> words) {
        FeatureSchema schema = new FeatureSchema(
                FeatureSchema.Task.BINARY,
                List.of(
                        FeatureSchema.Feature.numeric("n", 0.1, 1 / 3.0),
                        FeatureSchema.Feature.categorical("c", words),
                        FeatureSchema.Feature.text("t")),
                "y",
                List.of("a", "b"),
                0,
                1,
                words,
                4);
        assertEquals(schema, Json.parse(Json.line(schema), FeatureSchema.class));
    }
}
