package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bad input gives one paragraph that names what was wrong, where, and what would be right. */
class BadDataTest {
    private static final String GOOD_ROWS = "1,a\n2,b\n".repeat(10);

    @TempDir
    Path folder;

    private void refuses(DataSpec spec, String... parts) {
        String message = assertThrows(
                        InvalidInputException.class, () -> PreparedData.prepare(spec, 1, folder.resolve("cache"))
                                .close())
                .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
        }
        assertFalse(message.contains("\n"), message);
        assertTrue(message.endsWith(".") || message.endsWith("?"), message);
        assertFalse(Files.exists(folder.resolve("cache")), "nothing half-written");
    }

    private void refusesCsv(String csv, String... parts) {
        refuses(Specs.csv(Specs.write(folder, csv), "y", 0.1, 0.1), parts);
    }

    @Test
    void missingFileOrFolder() {
        refuses(Specs.csv(folder.resolve("no.csv"), "y", 0, 0), "no.csv does not exist");
        refuses(Specs.csv(folder, "y", 0, 0), "is a folder");
    }

    @Test
    void emptyFiles() {
        refusesCsv("", "is empty");
        refusesCsv("\n\n", "nothing but empty lines");
        refusesCsv("x,y\n", "a header and no rows");
    }

    @Test
    void otherFormats() throws IOException {
        Path zip = folder.resolve("table.xlsx");
        Files.write(zip, new byte[] {'P', 'K', 3, 4, 0, 0});
        refuses(Specs.csv(zip, "y", 0, 0), "ZIP archive or an Excel workbook");
        Path latin = folder.resolve("latin.csv");
        Files.write(latin, ("x,y\n" + GOOD_ROWS + "caf\u00e9,a\n").getBytes(StandardCharsets.ISO_8859_1));
        refuses(Specs.csv(latin, "y", 0, 0), "not UTF-8", "line 22");
    }

    @Test
    void headers() {
        refusesCsv("1.5,2\n" + GOOD_ROWS, "has no header", "1.5,2");
        refusesCsv("x,y,x\n1,2,3\n", "two columns 'x' (columns 1 and 3)");
        refusesCsv("x,,y\n1,2,3\n", "no name for column 2 of 3");
    }

    @Test
    void wrongNumberOfFields() {
        refusesCsv("x,y\n1,a\n\"two\nlines\",b\n1,2,3\n" + GOOD_ROWS, "Row 3 (line 5)", "has 3 fields", "header has 2");
        refusesCsv("x,y\n" + GOOD_ROWS + "7", "Row 21 (line 22)", "has 1 field,");
    }

    @Test
    void quotes() {
        refusesCsv("x,y\n1,a\n\"2\"3,b\n", "quoted value", "row 1 (line 2)");
        refusesCsv("x,y\n1,a\n\"2,b\n" + GOOD_ROWS, "quoted value", "row 1 (line 2)");
        String tail = GOOD_ROWS.repeat(CsvSource.LONGEST_ROW / GOOD_ROWS.length() + 1000);
        refusesCsv("x,y\n1,a\n\"2,b\n" + tail, "more than 16777216 characters", "row 1 (line 2)", "closing quote");
    }

    @Test
    void unknownColumns() {
        refuses(
                Specs.csv(Specs.write(folder, "size,label\n" + GOOD_ROWS), "labels", 0, 0),
                "no column 'labels'",
                "'target'",
                "Did you mean 'label'?");
        Path file = Specs.write(folder, "size,y\n" + GOOD_ROWS);
        refuses(
                new DataSpec(file, null, "y", List.of("sizes"), List.of(), Map.of(), 0, 0, 1, 1),
                "no column 'sizes'",
                "'features'",
                "'size'");
        refuses(
                new DataSpec(file, null, "y", List.of(), List.of("siz"), Map.of(), 0, 0, 1, 1),
                "no column 'siz'",
                "'exclude'");
        refuses(Specs.csv(file, "y", Map.of("sice", "numeric"), 0, 0), "no column 'sice'", "'types'");
        refuses(
                new DataSpec(file, null, "y", List.of("y"), List.of(), Map.of(), 0, 0, 1, 1),
                "'y' stands among the features");
        refuses(
                new DataSpec(file, null, "y", List.of(), List.of("size"), Map.of(), 0, 0, 1, 1),
                "no column to learn from");
    }

    @Test
    void textAmongNumbers() {
        String numbers =
                IntStream.range(0, 30).mapToObj(i -> i + ",a\n" + i + ",b\n").collect(Collectors.joining());
        refusesCsv(
                "x,y\n" + numbers + "abc,a\n",
                "column 'x'",
                "'abc'",
                "row 61 (line 62)",
                "types: ['x': 'categorical']");
        refusesCsv("x,y\n1,a\nNaN,b\n" + numbers, "column 'x'", "'NaN'", "row 2 (line 3)");
        refusesCsv("x,y\n1,a\n-inf,b\n" + numbers, "'-inf'", "row 2 (line 3)");
        refusesCsv("x,y\n1,a\n1e999,b\n" + numbers, "'1e999'", "row 2 (line 3)");
        refuses(
                Specs.csv(Specs.write(folder, "x,y\n1,a\nfew,b\n"), "y", Map.of("x", "numeric"), 0, 0),
                "'few'",
                "row 2 (line 3)",
                "declared numeric");
        refuses(
                Specs.csv(Specs.write(folder, "x,y\n1,2\n3,four\n"), "y", Map.of("y", "numeric"), 0, 0),
                "column 'y'",
                "'four'",
                "row 2 (line 3)");
    }

    @Test
    void uselessColumns() {
        refusesCsv(
                "key,y\n"
                        + IntStream.range(0, 40)
                                .mapToObj(i -> "k" + i + "x,a\nm" + i + ",b\n")
                                .collect(Collectors.joining()),
                "column 'key'",
                "80 different values",
                "exclude: ['key']");
        refusesCsv(
                "x;y\n"
                        + IntStream.range(0, 60)
                                .mapToObj(i -> i + ",5;" + i % 2 + "\n")
                                .collect(Collectors.joining()),
                "'0,5'",
                "row 1 (line 2)",
                "'0.5'");
        refusesCsv("x,z,y\n" + "1,,a\n2,NA,b\n".repeat(9), "column 'z'", "no value in any row", "exclude: ['z']");
    }

    @Test
    void targets() {
        refusesCsv("x,y\n" + GOOD_ROWS + "3,?\n", "target 'y'", "missing in row 21 (line 22)");
        refusesCsv("x,y\n" + "1,a\n".repeat(9), "same value, 'a', in all 9 rows");
        refusesCsv("x,y\n" + "1,2.5\n".repeat(9), "same value, '2.5'");
        refusesCsv("x,y\n" + GOOD_ROWS + "3,rare\n", "class 'rare'", "one row only (row 21 (line 22))");
        refusesCsv("x,y\n1,3\n1,4\n1,3\n", "class '4'", "types: ['y': 'numeric']");
        refuses(
                Specs.csv(Specs.write(folder, "x,y\n" + GOOD_ROWS), "y", Map.of("y", "text"), 0, 0),
                "declared to be text");
        String many = IntStream.range(0, 10_001).mapToObj(i -> "1,n" + i + "\n").collect(Collectors.joining());
        refusesCsv("x,y\n" + many, "more than 10000 different values");
    }

    @Test
    void tooFewRowsForTheParts() {
        refusesCsv("x,y\n1,1.5\n2,2.5\n", "has 2 rows", "1 for the test and 1 for validation", "test: 0");
        refuses(
                Specs.csv(Specs.write(folder, "x,y\n" + "1,a\n2,b\n3,c\n".repeat(2)), "y", 0.4, 0.4),
                "has 6 rows",
                "one of each of 3 classes");
    }

    @Test
    void truncatedGzip() throws IOException {
        byte[] gzip = gzip(("x,y\n" + GOOD_ROWS.repeat(500)).getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("data.csv.gz");
        for (int length : new int[] {5, 15, gzip.length / 2, gzip.length - 4}) {
            Files.write(file, Arrays.copyOf(gzip, length));
            refuses(Specs.csv(file, "y", 0, 0), "is truncated", "Copy or download it again");
        }
        gzip[gzip.length / 2] ^= 0x55;
        Files.write(file, gzip);
        refuses(Specs.csv(file, "y", 0, 0), "data.csv.gz");
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(data);
        }
        return bytes.toByteArray();
    }

    @Test
    void idx() throws IOException {
        byte[] images = Files.readAllBytes(Specs.DIGITS);
        Path cut = folder.resolve("cut-idx3-ubyte.gz");
        Files.write(cut, Arrays.copyOf(images, images.length / 3));
        refuses(Specs.idx(cut, Specs.DIGIT_LABELS, 0, 0), "cut-idx3-ubyte.gz is truncated");

        refuses(Specs.idx(Specs.DIGIT_LABELS, Specs.DIGITS, 0, 0), "0x00000801", "changed places");
        Path text = Specs.write(folder, "x,y\n" + GOOD_ROWS);
        refuses(Specs.idx(text, Specs.DIGIT_LABELS, 0, 0), "not an IDX file of images", "0x782c790a", "0x00000803");

        Path small = folder.resolve("small-idx3-ubyte");
        Path labels = folder.resolve("small-idx1-ubyte");
        Files.write(small, Idx.bytes(new int[] {4, 2, 2}, new byte[15]));
        Files.write(labels, Idx.bytes(new int[] {4}, new byte[] {1, 1, 2, 2}));
        refuses(Specs.idx(small, labels, 0, 0), "is truncated", "4 × 2 × 2", "after 3 of 4 items");
        Files.write(small, Idx.bytes(new int[] {4, 2, 2}, new byte[17]));
        refuses(Specs.idx(small, labels, 0, 0), "goes on after the 4 × 2 × 2 bytes");
        Files.write(small, Idx.bytes(new int[] {5, 2, 2}, new byte[20]));
        refuses(Specs.idx(small, labels, 0, 0), "5 images", "4 labels");
        Files.write(small, Idx.bytes(new int[] {4, 2, 2}, new byte[16]));
        Files.write(labels, Idx.bytes(new int[] {4}, new byte[] {1, 1, 1, 1}));
        refuses(Specs.idx(small, labels, 0, 0), "are all 1");
        Files.write(labels, Idx.bytes(new int[] {4}, new byte[] {1, 1, 1, 3}));
        refuses(Specs.idx(small, labels, 0, 0), "class '3'", "number 4");
        Files.write(labels, Idx.bytes(new int[] {0}, new byte[0]));
        refuses(Specs.idx(small, labels, 0, 0), "dimensions 0");
        Files.write(small, Idx.bytes(new int[] {1 << 30, 1 << 30, 4}, new byte[1]));
        refuses(Specs.idx(small, Specs.DIGIT_LABELS, 0, 0), "dimensions");
        byte[] floats = Idx.bytes(new int[] {4, 2, 2}, new byte[64]);
        floats[2] = 0x0d;
        Files.write(small, floats);
        refuses(Specs.idx(small, Specs.DIGIT_LABELS, 0, 0), "not unsigned bytes");
        byte[] header = Arrays.copyOf(Idx.bytes(new int[] {4, 2, 2}, new byte[0]), 9);
        Files.write(small, header);
        refuses(Specs.idx(small, Specs.DIGIT_LABELS, 0, 0), "within its header");
        assertEquals(9, Files.size(small));
    }
}
