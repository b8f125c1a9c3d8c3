package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Streams new rows, encoded as the training's rows were. Not for use by several threads at once. */
public final class PredictionReader implements AutoCloseable {
    /** Goes to the next row and encodes it. */
    private interface Rows {
        /** @return the line or number of the row, 0 at the end */
        long next(byte[] record);
    }

    private final RowFormat format;
    private final byte[] record;
    private final float[] decoded;
    private final boolean targets;
    private final Rows rows;
    private final AutoCloseable file;

    private PredictionReader(RowFormat format, boolean targets, Rows rows, AutoCloseable file) {
        this.format = format;
        this.record = new byte[format.bytes()];
        this.decoded = new float[format.width()];
        this.targets = targets;
        this.rows = rows;
        this.file = file;
    }

    /**
     * Opens a file of new rows and checks that it has what the schema needs.
     *
     * @param access how the files are read
     * @param schema of the model
     * @param file a CSV file with a header, or IDX images; columns that the schema does not know are ignored
     * @param labels IDX labels of the images if they are known, otherwise null
     * @throws InvalidInputException if the file cannot be read, lacks a column, or holds images of another shape
     */
    public static PredictionReader open(FileAccess access, FeatureSchema schema, Path file, Path labels) {
        Vault.requireReadable(access, "The data file", file);
        if (schema.isImage()) {
            return openImages(access, schema, file, labels);
        }
        if (labels != null) {
            throw new InvalidInputException("Labels in a file of their own (" + labels
                    + ") go with images, but the model"
                    + " was trained on a table. True values of its target stand in the column '" + schema.target()
                    + "' of the data file.");
        }
        CsvSource source = CsvSource.open(access, file);
        try {
            List<String> header = source.header();
            int[] columns = new int[schema.features().size()];
            for (int i = 0; i < columns.length; i++) {
                String name = schema.features().get(i).name();
                columns[i] = header.indexOf(name);
                if (columns[i] < 0) {
                    throw new InvalidInputException("The data file " + file + " has no column '" + name
                            + "', which the model needs. " + Suggestions.sentence(name, header));
                }
            }
            int target = header.indexOf(schema.target());
            RowFormat format = new RowFormat(schema);
            RowEncoder encoder = new RowEncoder(schema, format, columns, target);
            Rows rows = record -> {
                if (!source.next()) {
                    return 0;
                }
                encoder.encode(source, record);
                return source.line();
            };
            return new PredictionReader(format, target >= 0, rows, source);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static PredictionReader openImages(FileAccess access, FeatureSchema schema, Path file, Path labels) {
        IdxFile images = IdxFile.openImages(access, file);
        try {
            Feature image = schema.features().get(0);
            int[] shape = images.imageShape();
            if (!Arrays.equals(shape, schema.sampleShape())) {
                throw new InvalidInputException("The images in " + file + " have " + words(shape)
                        + ", but the model was trained on " + words(schema.sampleShape())
                        + ". Scale them to the same size.");
            }
            float[] targets = labels == null ? null : targets(access, schema, labels);
            if (targets != null) {
                IdxPreparation.requireSameCount(images, file, targets.length, labels);
            }
            RowFormat format = new RowFormat(schema);
            byte[] pixels = new byte[image.denseWidth()];
            int[] number = {0};
            Rows rows = record -> {
                if (!images.next(pixels)) {
                    return 0;
                }
                System.arraycopy(pixels, 0, record, 0, pixels.length);
                format.putTarget(record, targets == null ? Float.NaN : targets[number[0]]);
                return ++number[0];
            };
            return new PredictionReader(format, targets != null, rows, images);
        } catch (RuntimeException e) {
            images.close();
            throw e;
        }
    }

    private static String words(int[] shape) {
        return shape[0] + (shape[0] == 1 ? " channel of " : " channels of ") + shape[1] + " × " + shape[2] + " pixels";
    }

    private static float[] targets(FileAccess access, FeatureSchema schema, Path file) {
        byte[] values = IdxPreparation.readLabels(access, file);
        Labels known = new Labels(schema.labels());
        float[] targets = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int index = known.index(Integer.toString(values[i] & 0xff));
            if (index < 0) {
                throw new InvalidInputException("The labels in " + file + " give image " + (i + 1) + " the label '"
                        + (values[i] & 0xff) + "', which was not there in training. Known are: "
                        + RowEncoder.known(schema.labels()) + ".");
            }
            targets[i] = index;
        }
        return targets;
    }

    /** Whether the file gives the true targets. */
    public boolean hasTargets() {
        return targets;
    }

    /**
     * Reads the next rows.
     *
     * @param count how many at most
     * @param features takes {@code schema.width()} floats for each row at its position, which advances
     * @param targets takes the true target of each row at its position, which advances: class index or standardised value,
     *     NaN where the file does not tell
     * @param lines takes the line of the file on which each row starts (for IDX the image's number), from 1
     * @return how many rows were read, 0 at the end
     * @throws InvalidInputException if a row cannot be encoded or its label was not there in training
     */
    public int read(int count, FloatBuffer features, FloatBuffer targets, long[] lines) {
        for (int i = 0; i < count; i++) {
            long line = rows.next(record);
            if (line == 0) {
                return i;
            }
            lines[i] = line;
            format.decode(record, 0, decoded);
            features.put(decoded);
            targets.put(format.target(record, 0));
        }
        return count;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
