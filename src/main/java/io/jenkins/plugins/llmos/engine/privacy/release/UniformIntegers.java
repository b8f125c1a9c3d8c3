package io.jenkins.plugins.llmos.engine.privacy.release;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Random;

/** Uniform whole numbers from a generator of random bytes, which is fetched from in blocks. */
final class UniformIntegers {
    private static final int BLOCK = 1 << 12;

    private final Random generator;
    private final byte[] block = new byte[BLOCK];
    private int next = BLOCK;

    private UniformIntegers(Random generator) {
        this.generator = generator;
    }

    /** From the system's secure generator. */
    static UniformIntegers secure() {
        return new UniformIntegers(new SecureRandom());
    }

    /** The same for the same seed; what is released with it is not private. */
    static UniformIntegers forTests(long seed) {
        return new UniformIntegers(new Random(seed));
    }

    private int octet() {
        if (next == BLOCK) {
            generator.nextBytes(block);
            next = 0;
        }
        int octet = block[next] & 0xff;
        block[next++] = 0;
        return octet;
    }

    boolean bit() {
        return (octet() & 1) == 1;
    }

    /** From 0 to less than {@code bound}, each equally likely: more than that is drawn again. */
    long below(long bound) {
        int bits = 64 - Long.numberOfLeadingZeros(bound - 1);
        long mask = bits == 0 ? 0 : -1L >>> (64 - bits);
        while (true) {
            long drawn = 0;
            for (int b = 0; b < bits; b += 8) {
                drawn = drawn << 8 | octet();
            }
            drawn &= mask;
            if (drawn < bound) {
                return drawn;
            }
        }
    }

    /** As {@link #below(long)}. */
    BigInteger below(BigInteger bound) {
        if (bound.bitLength() < 63) {
            return BigInteger.valueOf(below(bound.longValueExact()));
        }
        int bits = bound.bitLength();
        byte[] magnitude = new byte[(bits + 7) / 8];
        while (true) {
            for (int i = 0; i < magnitude.length; i++) {
                magnitude[i] = (byte) octet();
            }
            magnitude[0] &= (byte) (0xff >>> (8 * magnitude.length - bits));
            BigInteger drawn = new BigInteger(1, magnitude);
            if (drawn.compareTo(bound) < 0) {
                return drawn;
            }
        }
    }
}
