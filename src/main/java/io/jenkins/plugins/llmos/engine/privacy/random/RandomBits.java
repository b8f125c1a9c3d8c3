package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** A stream of random bits, up to 64 GiB. Not for use by several threads at once. */
public final class RandomBits {
    private static final byte[] ZEROS = new byte[1 << 13];

    private final Cipher cipher;
    private final byte[] bits = new byte[ZEROS.length];
    private final LongBuffer words =
            ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();

    RandomBits(Cipher cipher) {
        this.cipher = cipher;
        words.position(words.limit());
    }

    /** The next 64 bits. */
    public long next() {
        if (!words.hasRemaining()) {
            refill();
        }
        return words.get();
    }

    /** The next {@code count} times 64 bits. */
    void next(long[] to, int count) {
        for (int i = 0; i < count; ) {
            if (!words.hasRemaining()) {
                refill();
            }
            int some = Math.min(count - i, words.remaining());
            words.get(to, i, some);
            i += some;
        }
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
        words.clear();
    }
}
