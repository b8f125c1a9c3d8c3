package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Prepares IDX images and labels: the labels are read whole, the images twice as a stream. */
final class IdxPreparation {
    private final DataSpec spec;
    private final FileAccess access;
    private final byte[] labels;
    private final int[] known;
    private final Codes codes = new Codes();

    /** @throws InvalidInputException if the labels cannot be read or cannot be learnt */
    IdxPreparation(DataSpec spec, FileAccess access) {
        this.spec = spec;
        this.access = access;
        this.labels = readLabels(access, spec.labels());
        int[] counts = new int[256];
        int[] first = new int[256];
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xff;
            first[label] = counts[label]++ == 0 ? i : first[label];
        }
        known = IntStream.range(0, 256).filter(l -> counts[l] > 0).toArray();
        if (known.length == 1) {
            throw new InvalidInputException("The labels in " + spec.labels() + " are all " + known[0]
                    + ": there is nothing to learn. Name a file with at least two different labels.");
        }
        int[] index = new int[256];
        for (int i = 0; i < known.length; i++) {
            index[known[i]] = i;
            if (counts[known[i]] == 1) {
                throw new InvalidInputException("The class '" + known[i] + "' in " + spec.labels()
                        + " has one image only (number " + (first[known[i]] + 1)
                        + "); at least two are needed, to learn it and to test it. Add images of that class or remove this"
                        + " one.");
            }
        }
        for (byte label : labels) {
            codes.add(index[label & 0xff]);
        }
    }

    static byte[] readLabels(FileAccess access, Path file) {
        try (IdxFile in = IdxFile.openLabels(access, file)) {
            // Grown as it is read: the header of a damaged file may declare any length.
            byte[] all = new byte[Math.min(in.count(), 1 << 16)];
            byte[] one = new byte[1];
            int n = 0;
            while (in.next(one)) {
                if (n == all.length) {
                    all = Arrays.copyOf(all, (int) Math.min(in.count(), 2L * n));
                }
                all[n++] = one[0];
            }
            return all;
        }
    }

    int rows() {
        return labels.length;
    }

    Split split(long seed) {
        return CsvPreparation.split(spec, labels.length, known.length, codes, seed);
    }

    /** Fits mean and standard deviation of the pixels of the training images; checks the whole file. */
    FeatureSchema fit(int[] train) {
        try (IdxFile in = IdxFile.openImages(access, spec.path())) {
            requireSameCount(in, spec.path(), labels.length, spec.labels());
            byte[] image = new byte[in.itemBytes()];
            long[] histogram = new long[256];
            int at = 0;
            for (int row = 0; in.next(image); row++) {
                if (at < train.length && train[at] == row) {
                    at++;
                    for (byte p : image) {
                        histogram[p & 0xff]++;
                    }
                }
            }
            double n = (double) train.length * image.length;
            double mean = 0;
            for (int v = 0; v < 256; v++) {
                mean += v * (histogram[v] / n);
            }
            double variance = 0;
            for (int v = 0; v < 256; v++) {
                variance += (v - mean) * (v - mean) * (histogram[v] / n);
            }
            int[] shape = in.imageShape();
            double std = variance > 1e-12 ? Math.sqrt(variance) : 1;
            return new FeatureSchema(
                    CsvPreparation.task(known.length),
                    List.of(Feature.image(mean, std, shape[0], shape[1], shape[2])),
                    "label",
                    IntStream.of(known).mapToObj(Integer::toString).toList(),
                    0,
                    1,
                    List.of(),
                    0);
        }
    }

    static void requireSameCount(IdxFile images, Path imagesFile, int labels, Path labelsFile) {
        if (images.count() != labels) {
            throw new InvalidInputException("There are " + images.count() + " images in " + imagesFile + ", but "
                    + labels + " labels in " + labelsFile + ". They must be as many, in the same order.");
        }
    }

    /** Hands out every encoded row in order; the array is used again. */
    void encode(RowFormat format, Consumer<byte[]> to) {
        try (IdxFile in = IdxFile.openImages(access, spec.path())) {
            byte[] record = new byte[format.bytes()];
            for (int row = 0; in.next(record) && row < labels.length; row++) {
                format.putTarget(record, codes.get(row));
                to.accept(record);
            }
        }
    }
}
