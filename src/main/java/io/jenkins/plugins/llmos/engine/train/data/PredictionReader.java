package io.jenkins.plugins.llmos.engine.train.data;

import java.nio.FloatBuffer;
import java.nio.file.Path;

/** Streams new rows, encoded as the training's rows were. Not for use by several threads at once. */
@SuppressWarnings("DoNotCallSuggester")
public final class PredictionReader implements AutoCloseable {
    private PredictionReader() {}

    /**
     * Opens a file of new rows and checks that it has what the schema needs.
     *
     * @param schema of the model
     * @param file a CSV file with a header, or IDX images; columns that the schema does not know are ignored
     * @param labels IDX labels of the images if they are known, otherwise null
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the file cannot be read, lacks a column, or holds
     *     images of another shape
     */
    public static PredictionReader open(FeatureSchema schema, Path file, Path labels) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Whether the file gives the true targets. */
    public boolean hasTargets() {
        throw new UnsupportedOperationException("not there yet");
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
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if a row cannot be encoded or its label was not there in
     *     training
     */
    public int read(int count, FloatBuffer features, FloatBuffer targets, long[] lines) {
        throw new UnsupportedOperationException("not there yet");
    }

    @Override
    public void close() {}
}
