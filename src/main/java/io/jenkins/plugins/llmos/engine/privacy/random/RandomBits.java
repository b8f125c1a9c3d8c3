package io.jenkins.plugins.llmos.engine.privacy.random;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** A stream of random bits, up to 64 GiB. Not for use by several threads at once. */
public final class RandomBits {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] ZEROS = new byte[1 << 14];

    private final Cipher cipher;
    private final byte[] bits = new byte[ZEROS.length];
    private int at = bits.length;

    RandomBits(Cipher cipher) {
        this.cipher = cipher;
    }

    /** The next 64 bits. */
    public long next() {
        if (at == bits.length) {
            refill();
        }
        long value = (long) LONGS.get(bits, at);
        at += Long.BYTES;
        return value;
    }

    /** A number from 2⁻⁵³ to 1, all multiples of 2⁻⁵³ being equally likely. */
    double uniform() {
        return ((next() >>> 11) + 1) * 0x1p-53;
    }

    private void refill() {
        try {
            cipher.update(ZEROS, 0, ZEROS.length, bits, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("the buffers are of one length", e);
        }
        at = 0;
    }
}
