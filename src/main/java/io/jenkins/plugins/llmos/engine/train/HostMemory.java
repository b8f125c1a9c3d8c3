package io.jenkins.plugins.llmos.engine.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lets Java's own code change arrays. */
final class HostMemory {
    /** Whether the buffer of an array in the processor's memory is the array's own memory. */
    private static final class Known {
        private static final boolean IS_SHARED = isShared();

        private static boolean isShared() {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
                NDArray probe = manager.zeros(new Shape(2));
                floats(probe).put(1, 1);
                return probe.toFloatArray()[1] == 1;
            }
        }
    }

    private HostMemory() {}

    /**
     * Changes arrays where they are, or, on another device, as copies that are put back.
     *
     * @param arrays of floats, of one dimension, contiguous
     * @param change is given a buffer of each, from 0 to its limit
     */
    static void change(List<NDArray> arrays, Consumer<List<FloatBuffer>> change) {
        List<FloatBuffer> buffers = new ArrayList<>();
        for (NDArray array : arrays) {
            buffers.add(isShared(array) ? floats(array) : FloatBuffer.wrap(array.toFloatArray()));
        }
        change.accept(buffers);
        for (int i = 0; i < buffers.size(); i++) {
            if (!isShared(arrays.get(i))) {
                arrays.get(i).set(buffers.get(i));
            }
        }
    }

    private static boolean isShared(NDArray array) {
        return !array.getDevice().isGpu() && Known.IS_SHARED;
    }

    private static FloatBuffer floats(NDArray array) {
        return array.toByteBuffer(true).asFloatBuffer();
    }
}
