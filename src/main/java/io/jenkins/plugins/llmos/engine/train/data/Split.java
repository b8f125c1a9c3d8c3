package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Which rows are for training, validation and the test. */
final class Split {
    private final int[] train;
    private final int[] validation;
    private final int[] test;

    private Split(int[] train, int[] validation, int[] test) {
        this.train = train;
        this.validation = validation;
        this.test = test;
    }

    /** Other rows to train on. */
    Split withTrain(int[] rows) {
        return new Split(rows, validation, test);
    }

    /** Ascending; at least one row, and for classification one of each class. */
    int[] train() {
        return train;
    }

    /** Ascending. */
    int[] validation() {
        return validation;
    }

    /** Ascending. */
    int[] test() {
        return test;
    }

    /** Class of a row. */
    interface ClassOf {
        int of(int row);
    }

    /**
     * Draws the parts, each class apart, so that every part has about the same share of every class.
     *
     * @param what the data file, for errors
     * @param rows how many there are
     * @param classes how many classes, 1 for regression
     * @param classOf class of each row, from 0
     * @param test part for the test, 0 ≤ test &lt; 1
     * @param validation part for validation, 0 ≤ validation &lt; 1
     * @throws InvalidInputException if there are too few rows for every part that was asked for
     */
    static Split draw(Object what, int rows, int classes, ClassOf classOf, double test, double validation, long seed) {
        return draw(what, "row", rows, classes, classOf, test, validation, seed);
    }

    /** The same of passages of a text, each of one kind. */
    static Split ofPassages(Object what, int passages, double test, double validation, long seed) {
        return draw(what, "passage", passages, 1, r -> 0, test, validation, seed);
    }

    /** Rows that lie part after part: first those to train on, then those for validation, then those for the test. */
    static Split consecutive(int train, int validation, int test) {
        Split split = new Split(new int[train], new int[validation], new int[test]);
        Arrays.setAll(split.train, i -> i);
        Arrays.setAll(split.validation, i -> train + i);
        Arrays.setAll(split.test, i -> train + validation + i);
        return split;
    }

    private static Split draw(
            Object what,
            String unit,
            int rows,
            int classes,
            ClassOf classOf,
            double test,
            double validation,
            long seed) {
        int testRows = share(rows, test);
        int validationRows = share(rows, validation);
        if ((long) rows - testRows - validationRows < classes) {
            throw new InvalidInputException(
                    "The data file " + what + " has " + rows + " " + unit + (rows == 1 ? "" : "s")
                            + ", too few to keep " + testRows + " for the test and " + validationRows
                            + " for validation and to train on at least "
                            + (classes > 1 ? "one of each of " + classes + " classes" : "one")
                            + ". Add " + unit + "s, or keep fewer apart: test: 0, validation: 0.");
        }
        int[] counts = new int[classes];
        for (int i = 0; i < rows; i++) {
            counts[classOf.of(i)]++;
        }
        int[] room = Arrays.stream(counts).map(n -> n - 1).toArray();
        int[] forTest = allocate(counts, room, testRows);
        for (int c = 0; c < classes; c++) {
            room[c] -= forTest[c];
        }
        int[] forValidation = allocate(counts, room, validationRows);

        Split split = new Split(new int[rows - testRows - validationRows], new int[validationRows], new int[testRows]);
        SplitMix random = new SplitMix(seed);
        int[] used = new int[3];
        // Selection sampling (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S), each class by itself: every
        // subset of the right size is equally likely, in one pass and without a list of each class' rows.
        for (int i = 0; i < rows; i++) {
            int c = classOf.of(i);
            int draw = random.below(counts[c]--);
            if (draw < forTest[c]) {
                forTest[c]--;
                split.test[used[0]++] = i;
            } else if (draw - forTest[c] < forValidation[c]) {
                forValidation[c]--;
                split.validation[used[1]++] = i;
            } else {
                split.train[used[2]++] = i;
            }
        }
        return split;
    }

    private static int share(int rows, double part) {
        return part == 0 ? 0 : (int) Math.max(1, Math.round(rows * part));
    }

    /** Shares {@code total} out in proportion to {@code counts}, by largest remainders, none above its room. */
    private static int[] allocate(int[] counts, int[] room, int total) {
        long sum = Arrays.stream(counts).asLongStream().sum();
        double[] quota =
                Arrays.stream(counts).mapToDouble(n -> n * (double) total / sum).toArray();
        int[] given = new int[counts.length];
        int left = total;
        for (int c = 0; c < counts.length; c++) {
            given[c] = (int) Math.min(Math.floor(quota[c]), room[c]);
            left -= given[c];
        }
        while (left > 0) {
            int before = left;
            int[] order = IntStream.range(0, counts.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> given[c] - quota[c]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < order.length && left > 0; i++) {
                if (given[order[i]] < room[order[i]]) {
                    given[order[i]]++;
                    left--;
                }
            }
            if (left == before) {
                throw new IllegalStateException("no room for " + left + " of " + total + " rows");
            }
        }
        return given;
    }

    /** SplitMix64 (Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014): the same on every JDK. */
    private static final class SplitMix {
        private long state;

        private SplitMix(long seed) {
            state = seed;
        }

        /** A number from 0 to {@code bound - 1}; the bias is below 2⁻³². */
        private int below(int bound) {
            state += 0x9E3779B97F4A7C15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            return (int) Math.multiplyHigh(z >>> 1, (long) bound << 1);
        }
    }
}
