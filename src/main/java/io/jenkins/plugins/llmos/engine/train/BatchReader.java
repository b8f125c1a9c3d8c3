package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Native memory for batches of rows, used again and again. Its start is aligned to 64 bytes, as the engine's own arrays
 * are, because the order in which vectorised products add depends on it, and with it the last bits of a training.
 */
final class BatchReader {
    private static final int ALIGNMENT = 64;

    private final int width;
    private final ByteBuffer features;
    private final ByteBuffer targets;

    /**
     * @param most rows of a batch at most
     * @param width floats of a row
     */
    BatchReader(int most, int width) {
        this.width = width;
        features = aligned((long) most * width);
        targets = aligned(most);
    }

    private static ByteBuffer aligned(long floats) {
        // An aligned slice begins and ends at a multiple of the alignment.
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(floats * Float.BYTES + 2 * ALIGNMENT));
        return bytes.alignedSlice(ALIGNMENT).order(ByteOrder.nativeOrder());
    }

    /** Fills a batch's rows and targets at the buffers' positions, which it advances; returns the number of rows. */
    interface Source {
        int fill(FloatBuffer features, FloatBuffer targets);
    }

    /**
     * One batch.
     *
     * @param features (rows, width), valid until the next batch is read
     * @param targets (rows), likewise
     */
    record Batch(int rows, NDArray features, NDArray targets) {}

    /** Reads a batch into arrays of a manager that must be closed before the next call. */
    Batch read(NDManager manager, Source source) {
        int rows = source.fill(floats(features), floats(targets));
        return new Batch(
                rows,
                manager.create(part(features, (long) rows * width), new Shape(rows, width), DataType.FLOAT32),
                manager.create(part(targets, rows), new Shape(rows), DataType.FLOAT32));
    }

    private static FloatBuffer floats(ByteBuffer bytes) {
        return bytes.clear().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static ByteBuffer part(ByteBuffer bytes, long floats) {
        return bytes.slice(0, Math.toIntExact(floats * Float.BYTES)).order(ByteOrder.nativeOrder());
    }
}
