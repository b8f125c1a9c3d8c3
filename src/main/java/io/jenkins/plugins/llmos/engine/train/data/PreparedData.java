package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.train.DataSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * The data of one training: split, with a schema fitted on the training part, encoded and ready to be read in any order.
 * The same specification, seed and file contents give the same rows, bit for bit. Not for use by several threads at once.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class PreparedData implements AutoCloseable {
    private PreparedData() {}

    /**
     * Reads, checks, splits and encodes the data.
     *
     * @param spec which data
     * @param seed of the split
     * @param cacheFolder where the encoded rows go when they are too many for the memory; used by one training at a time,
     *     created when needed. A later call with the same data, specification and seed takes them from there
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the data cannot be used; the message says what was
     *     wrong, in which file, row and column, and what would be right
     */
    public static PreparedData prepare(DataSpec spec, long seed, Path cacheFolder) {
        throw new UnsupportedOperationException("not there yet");
    }

    public FeatureSchema schema() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** SHA-256, in hex, of the data file as it is stored; for IDX of the images' file followed by the labels' file. */
    public String fingerprint() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Rows of all parts together. */
    public int rows() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Rows to train on, numbered from 0 in the order of the file, ascending; at least one. */
    public int[] trainRows() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Rows for validation, ascending; empty only if {@code validation} is 0. */
    public int[] validationRows() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Rows for the final test, ascending; empty only if {@code test} is 0. */
    public int[] testRows() {
        throw new UnsupportedOperationException("not there yet");
    }

    /**
     * Gathers encoded rows.
     *
     * @param rows row numbers
     * @param from first index of {@code rows} to read
     * @param count how many
     * @param features takes {@code count * schema().width()} floats at its position, which advances
     * @param targets takes {@code count} floats at its position, which advances: class indices or standardised values
     */
    public void read(int[] rows, int from, int count, FloatBuffer features, FloatBuffer targets) {
        throw new UnsupportedOperationException("not there yet");
    }

    @Override
    public void close() {}
}
