package io.jenkins.plugins.llmos.engine.train;

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
}
