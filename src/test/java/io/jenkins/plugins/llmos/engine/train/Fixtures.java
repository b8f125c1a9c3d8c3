package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.data.Idx;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Small data sets and specifications. */
final class Fixtures {
    private Fixtures() {}

    /** Two clouds of points in the plane, 'inner' and 'outer', with some overlap. */
    static Path clouds(Path folder, int rows) {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder csv = new StringBuilder("x,y,shade,kind\n");
        for (int i = 0; i < rows; i++) {
            boolean outer = i % 2 == 0;
            double angle = random.nextDouble(0, 2 * Math.PI);
            double radius = outer ? random.nextDouble(0.9, 2) : random.nextDouble(0, 1.1);
            csv.append(String.format(
                    Locale.ROOT,
                    "%.4f,%.4f,%s,%s%n",
                    radius * Math.cos(angle),
                    radius * Math.sin(angle),
                    random.nextInt(4) == 0 ? "dark" : "light",
                    outer ? "outer" : "inner"));
        }
        return write(folder.resolve("clouds.csv"), csv);
    }

    /** Prices that depend linearly on size and city, with noise of standard deviation 1. */
    static Path prices(Path folder, int rows) {
        SplittableRandom random = new SplittableRandom(13);
        StringBuilder csv = new StringBuilder("size,city,price\n");
        for (int i = 0; i < rows; i++) {
            double size = random.nextDouble(10, 100);
            boolean bern = random.nextBoolean();
            double noise = random.nextDouble(-1.73, 1.73);
            csv.append(String.format(
                    Locale.ROOT, "%.3f,%s,%.3f%n", size, bern ? "Bern" : "Thun", 3 * size + (bern ? 50 : 0) + noise));
        }
        return write(folder.resolve("prices.csv"), csv);
    }

    /** Sentences that praise or blame. */
    static Path reviews(Path folder, int rows) {
        String[] good = {"good", "great", "lovely", "fine", "superb"};
        String[] bad = {"bad", "awful", "poor", "dull", "broken"};
        String[] plain = {"the", "film", "was", "very", "and", "music", "story", "a", "quite"};
        SplittableRandom random = new SplittableRandom(17);
        StringBuilder csv = new StringBuilder("review,verdict\n");
        for (int i = 0; i < rows; i++) {
            boolean praise = random.nextBoolean();
            for (int w = 0; w < 8; w++) {
                String[] from = w % 3 == 2 ? (praise ? good : bad) : plain;
                csv.append(from[random.nextInt(from.length)]).append(' ');
            }
            csv.append(i).append(praise ? ",up\n" : ",down\n");
        }
        return write(folder.resolve("reviews.csv"), csv);
    }

    /**
     * Images of 12 by 12 pixels with a stroke upwards, of class 0, or across, as {@code strokes.idx} and {@code strokes-labels.idx} in
     * the IDX format.
     */
    static void strokes(Path folder, int images) throws IOException {
        SplittableRandom random = new SplittableRandom(19);
        byte[] pixels = new byte[images * 144];
        byte[] labels = new byte[images];
        random.nextBytes(labels);
        for (int i = 0; i < images; i++) {
            labels[i] &= 1;
            int place = random.nextInt(2, 10);
            for (int j = 2; j < 10; j++) {
                pixels[i * 144 + (labels[i] == 0 ? j * 12 + place : place * 12 + j)] = (byte) random.nextInt(150, 256);
            }
        }
        Files.write(folder.resolve("strokes.idx"), Idx.bytes(new int[] {images, 12, 12}, pixels));
        Files.write(folder.resolve("strokes-labels.idx"), Idx.bytes(new int[] {images}, labels));
    }

    static Path write(Path file, CharSequence text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A specification from names and values in turns. */
    static TrainSpec spec(Path workspace, Object... arguments) {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            byName.put((String) arguments[i], arguments[i + 1]);
        }
        return TrainSpec.from(byName, workspace);
    }

    static ControlFolder control(Path workspace, TrainSpec spec) {
        return new ControlFolder(workspace.resolve("control-" + spec.output().getFileName()));
    }

    /** Trains in this process, and goes on where an earlier call left; null if the training left after some steps. */
    static Map<String, Object> train(Path workspace, FileAccess access, TrainSpec spec, int steps) throws IOException {
        ControlFolder control = control(workspace, spec);
        control.prepare(spec);
        int[] left = {steps};
        try (EventLog events = new EventLog(control.events());
                PreparedData data = PreparedData.prepare(access, spec, control.cache());
                TrainingLoop loop = new TrainingLoop(access, spec, data, control, events, () -> left[0]-- <= 0, 1)) {
            return loop.run();
        }
    }

    /** The same of files as they are. */
    static Map<String, Object> train(Path workspace, TrainSpec spec, int steps) throws IOException {
        return train(workspace, FileAccess.PLAIN, spec, steps);
    }

    /** The same to the end. */
    static Map<String, Object> train(Path workspace, TrainSpec spec) throws IOException {
        return train(workspace, spec, Integer.MAX_VALUE);
    }

    /** Trains, leaving whenever some steps are done, until it is at its end; fails if it never left. */
    static Map<String, Object> trainInPieces(Path workspace, TrainSpec spec, int steps) throws IOException {
        Map<String, Object> result = null;
        int attempts = 0;
        while (result == null) {
            attempts++;
            assertTrue(attempts < 100, "the training does not get on");
            result = train(workspace, spec, steps);
        }
        assertTrue(attempts > 1, "never interrupted");
        return result;
    }

    static byte[] parameters(TrainSpec spec) throws IOException {
        return Files.readAllBytes(spec.output().resolve("model.safetensors"));
    }
}
