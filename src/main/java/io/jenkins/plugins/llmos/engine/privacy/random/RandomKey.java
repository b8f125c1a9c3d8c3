package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The source of all secret randomness of one attempt at a training: independent streams of AES-256 in counter mode (NIST SP
 * 800-38A, section 6.5; SP 800-90A, section 10.2.1 rests on the same), one for each purpose and step, from one key.
 */
public final class RandomKey {
    /** Purposes keep apart streams of one step. */
    public static final int SAMPLE = 1;

    public static final int NOISE = 2;

    private static final int KEY_BYTES = 32;
    private static final int STEP_BITS = 56;

    private final SecretKey key;
    private final boolean secret;

    private RandomKey(byte[] key, boolean secret) {
        this.key = new SecretKeySpec(key, "AES");
        this.secret = secret;
    }

    /** A key that nobody knows, from the system's secure generator. */
    public static RandomKey secret() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new RandomKey(bytes, true);
    }

    /** A key that anybody can make, for tests: what is drawn from it keeps nothing private. */
    public static RandomKey ofSeed(long seed) {
        return new RandomKey(ByteBuffer.allocate(KEY_BYTES).putLong(seed).array(), false);
    }

    /** Whether nobody knows the key. */
    public boolean isSecret() {
        return secret;
    }

    /**
     * A stream of its own.
     *
     * @param step from 0 to 2⁵⁶ − 1
     */
    public RandomBits stream(int purpose, long step) {
        return stream(cipher(), purpose, step, 0);
    }

    /**
     * A stream of its own for each part of a step.
     *
     * @param cipher of {@link #cipher}, which from now on is the stream's
     * @param step from 0 to 2⁵⁶ − 1
     * @param part from 0 up
     */
    RandomBits stream(Cipher cipher, int purpose, long step, int part) {
        byte[] start = ByteBuffer.allocate(16)
                .putLong((long) purpose << STEP_BITS | step)
                .putInt(part)
                .putInt(0)
                .array();
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of 256 bits and a counter of 128 are right for AES", e);
        }
        return new RandomBits(cipher);
    }

    /** To make one takes Java longer than to make thousands of numbers, so whoever needs many streams uses it again. */
    static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in counter mode", e);
        }
    }
}
