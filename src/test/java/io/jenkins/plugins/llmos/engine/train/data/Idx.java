package io.jenkins.plugins.llmos.engine.train.data;

import java.nio.ByteBuffer;

/** Writes the IDX format, for tests. */
public final class Idx {
    private Idx() {}

    public static byte[] bytes(int[] shape, byte[] values) {
        ByteBuffer out = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
        out.putInt(0x0800 + shape.length);
        for (int n : shape) {
            out.putInt(n);
        }
        return out.put(values).array();
    }
}
