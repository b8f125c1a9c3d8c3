package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.train.DataSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Data specifications and rows for tests. */
final class Specs {
    static final Path DIGITS = Path.of("resources/digits/digits-images-idx3-ubyte.gz");
    static final Path DIGIT_LABELS = Path.of("resources/digits/digits-labels-idx1-ubyte.gz");

    private Specs() {}

    static DataSpec csv(Path file, String target, double test, double validation) {
        return csv(file, target, Map.of(), test, validation);
    }

    static DataSpec csv(Path file, String target, Map<String, String> types, double test, double validation) {
        return new DataSpec(file, null, target, List.of(), List.of(), types, test, validation, 16, 1000);
    }

    static DataSpec idx(Path images, Path labels, double test, double validation) {
        return new DataSpec(images, labels, null, List.of(), List.of(), Map.of(), test, validation, 16, 1000);
    }

    static Path write(Path folder, String text) {
        try {
            Path file = Files.createTempFile(folder, "data", ".csv");
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All rows of some numbers, each its features and then its target. */
    static List<float[]> rows(PreparedData data, int[] numbers) {
        int width = data.schema().width();
        FloatBuffer features = FloatBuffer.allocate(numbers.length * width);
        FloatBuffer targets = FloatBuffer.allocate(numbers.length);
        data.read(numbers, 0, numbers.length, features, targets);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            float[] row = Arrays.copyOfRange(features.array(), i * width, (i + 1) * width + 1);
            row[width] = targets.get(i);
            rows.add(row);
        }
        return rows;
    }

    static int[] all(PreparedData data) {
        int[] all = new int[data.rows()];
        Arrays.setAll(all, i -> i);
        return all;
    }
}
