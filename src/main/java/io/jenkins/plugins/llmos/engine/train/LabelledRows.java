package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.PredictionReader;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Rows with their true classes, encoded for one model and kept in memory, to ask models how sure they are of each. */
public final class LabelledRows {
    private static final int AT_ONCE = 256;

    private final FeatureSchema schema;
    /** Each the features of a row, then its target. */
    private final List<float[]> rows;

    private LabelledRows(FeatureSchema schema, List<float[]> rows) {
        this.schema = schema;
        this.rows = rows;
    }

    /**
     * Rows that a model was trained on, and rows that it was not.
     *
     * @param members trained on
     * @param nonMembers not trained on
     */
    public record Parts(LabelledRows members, LabelledRows nonMembers) {}

    /**
     * Reads a whole file.
     *
     * @param access how it is read
     * @param schema of the model
     * @param labels IDX labels of IDX images, otherwise null
     * @throws InvalidInputException if the file cannot be read, does not fit the model, does not give the true class of every
     *     row, or holds more than fits in a quarter of the memory
     */
    public static LabelledRows read(FileAccess access, FeatureSchema schema, Path file, Path labels) {
        List<float[]> rows = new ArrayList<>();
        FloatBuffer features = FloatBuffer.allocate(AT_ONCE * schema.width());
        FloatBuffer targets = FloatBuffer.allocate(AT_ONCE);
        long[] lines = new long[AT_ONCE];
        try (PredictionReader reader = PredictionReader.open(access, schema, file, labels)) {
            if (!reader.hasTargets()) {
                throw new InvalidInputException(
                        schema.isImage()
                                ? "The images in " + file
                                        + " come without labels. Name the IDX file of their labels, too."
                                : "The data file " + file + " has no column '" + schema.target()
                                        + "', which the model predicts. The true class of every row is needed.");
            }
            int count;
            do {
                count = reader.read(AT_ONCE, features.clear(), targets.clear(), lines);
                requireRoom((long) rows.size() + count, schema.width(), file);
                for (int i = 0; i < count; i++) {
                    float[] row =
                            Arrays.copyOfRange(features.array(), i * schema.width(), (i + 1) * schema.width() + 1);
                    row[schema.width()] = targets.get(i);
                    if (Float.isNaN(targets.get(i))) {
                        throw new InvalidInputException("The target '" + schema.target() + "' of " + file
                                + " is missing in line " + lines[i]
                                + ". Fill it in or remove the row: the true class of every row is needed.");
                    }
                    rows.add(row);
                }
            } while (count > 0);
        }
        return new LabelledRows(schema, rows);
    }

    /**
     * The rows that a model was trained on, and those that its training kept apart for validation and the test, drawn from
     * its data again by its seed.
     *
     * @param card of the model
     * @param data the file that the model was trained on
     * @param labels IDX labels of IDX images, otherwise null
     * @param scratch folder for encoded rows that are too many for the memory
     * @throws InvalidInputException if the file is another, or no rows were kept apart
     */
    public static Parts partsOf(FileAccess access, ModelCard card, Path data, Path labels, Path scratch) {
        DataSpec spec = card.spec().data().at(data, labels);
        if ((spec.target() == null) != (labels != null)) {
            throw new InvalidInputException(
                    labels == null
                            ? "The model was trained on images, so the IDX file of their labels is needed besides "
                                    + data + "."
                            : "The model was trained on a table, which has its labels in the column '" + spec.target()
                                    + "' and not in " + labels + ". Leave that file out.");
        }
        try (PreparedData prepared = PreparedData.prepare(access, spec, card.seed(), scratch)) {
            if (!prepared.fingerprint().equals(card.fingerprint())) {
                throw new InvalidInputException("The model was not trained on " + data
                        + ": that file has another SHA-256 than model.json tells. Name the file it was trained on, or give"
                        + " members and non-members in files of their own.");
            }
            int[] apart = IntStream.concat(Arrays.stream(prepared.validationRows()), Arrays.stream(prepared.testRows()))
                    .toArray();
            if (apart.length == 0) {
                throw new InvalidInputException("The model was trained on all rows of " + data
                        + ", so none of them are non-members. Give members and non-members in files of their own, or train"
                        + " with test: 0.5.");
            }
            requireRoom(prepared.rows(), prepared.schema().width(), data);
            return new Parts(of(prepared, prepared.trainRows()), of(prepared, apart));
        }
    }

    /** Some rows of a training's data. */
    public static LabelledRows of(PreparedData data, int[] wanted) {
        int width = data.schema().width();
        List<float[]> rows = new ArrayList<>(wanted.length);
        FloatBuffer target = FloatBuffer.allocate(1);
        for (int i = 0; i < wanted.length; i++) {
            float[] row = new float[width + 1];
            data.read(wanted, i, 1, FloatBuffer.wrap(row), target.clear());
            row[width] = target.get(0);
            rows.add(row);
        }
        return new LabelledRows(data.schema(), rows);
    }

    private static void requireRoom(long rows, int width, Path file) {
        long bytes = rows * (width + 1L) * Float.BYTES;
        if (bytes > Runtime.getRuntime().maxMemory() / 4) {
            throw new InvalidInputException("The rows of " + file + " take more than " + Units.formatBytes(bytes)
                    + " in memory, more than a quarter of the Java heap. Take a random sample of them.");
        }
    }

    public FeatureSchema schema() {
        return schema;
    }

    public int size() {
        return rows.size();
    }

    /** Each row's features, {@code schema.width()} of them, and behind them its class or standardised value. */
    public List<float[]> encoded() {
        return Collections.unmodifiableList(rows);
    }

    /** Class of a row. */
    int target(int row) {
        return (int) rows.get(row)[schema.width()];
    }

    /** These rows, then others of the same schema. */
    public LabelledRows and(LabelledRows others) {
        List<float[]> all = new ArrayList<>(rows);
        all.addAll(others.rows);
        return new LabelledRows(schema, all);
    }

    /** How many of these rows equal one of the others in all features and the class. */
    public int countIn(LabelledRows others) {
        Set<FloatBuffer> known = new HashSet<>();
        others.rows.forEach(r -> known.add(FloatBuffer.wrap(r)));
        return (int)
                rows.stream().filter(r -> known.contains(FloatBuffer.wrap(r))).count();
    }

    /** Fills rows {@code wanted[from]} to {@code wanted[from + count - 1]}. */
    BatchReader.Source source(int[] wanted, int from, int count) {
        return (features, targets) -> {
            for (int i = from; i < from + count; i++) {
                float[] row = rows.get(wanted[i]);
                features.put(row, 0, row.length - 1);
                targets.put(row[row.length - 1]);
            }
            return count;
        };
    }

    /**
     * How sure a network is of each row's true class, on the logit scale: φ(p) = ln(p / (1 − p)) for its probability p
     * (Carlini et al., "Membership Inference Attacks From First Principles", S&amp;P 2022, section V.C). The loss is
     * ln(1 + e^−φ), so a higher φ is a lower loss.
     *
     * @param network of this schema
     * @return a number for each row, in order
     */
    public double[] confidences(Network network) {
        Evaluation evaluation = new Evaluation(network);
        int[] all = IntStream.range(0, size()).toArray();
        double[] confidences = new double[size()];
        for (int from = 0; from < all.length; from += evaluation.batch()) {
            int count = Math.min(evaluation.batch(), all.length - from);
            System.arraycopy(evaluation.confidences(source(all, from, count)), 0, confidences, from, count);
        }
        return confidences;
    }
}
