package io.jenkins.plugins.llmos.engine.privacy.random;

import java.util.Arrays;

/** Samples that hold each row with the same probability, independently of the others, as amplification by sampling needs. */
public final class PoissonSample {
    private static final int CHUNK = 1 << 10;
    private static final int ROWS_PER_WORD = 8;
    private static final long BYTE = 0xff;
    private static final long HALF = 0x80;
    private static final long EVERY_BYTE = 0x0101010101010101L;
    private static final long EVERY_HIGHEST_BIT = 0x8080808080808080L;
    /** Bits of a row's number that are drawn only where its first eight do not decide. */
    private static final int REST = 56;

    private PoissonSample() {}

    /**
     * Draws a sample, perhaps an empty one. A row is in it if a number of 64 random bits of its own is below q·2⁶⁴, so its
     * probability is q to within 2⁻⁵³. Eight of the bits nearly always decide; the others are drawn where these are equal.
     *
     * @param rows to choose from
     * @param q above 0 and at most 1
     * @return the chosen ones, in the order they have in {@code rows}
     */
    public static int[] draw(int[] rows, double q, RandomBits bits) {
        if (q >= 1) {
            return rows.clone();
        }
        long threshold = (long) (q * 0x1p63) << 1;
        long first = threshold >>> REST;
        long rest = threshold << (Long.SIZE - REST) >>> (Long.SIZE - REST);
        double expected = rows.length * q;
        int[] chosen = new int[(int) Math.min(rows.length, expected + 10 * Math.sqrt(expected) + 16)];
        int count = 0;
        long[] words = new long[CHUNK];
        for (int from = 0; from < rows.length; from += CHUNK * ROWS_PER_WORD) {
            int some = Math.min(CHUNK * ROWS_PER_WORD, rows.length - from);
            bits.next(words, (some + ROWS_PER_WORD - 1) / ROWS_PER_WORD);
            for (int word = 0; word * ROWS_PER_WORD < some; word++) {
                if (first < HALF && !hasByteUpTo(words[word], first)) {
                    continue;
                }
                for (int i = word * ROWS_PER_WORD; i < Math.min(some, (word + 1) * ROWS_PER_WORD); i++) {
                    long drawn = words[word] >>> (i % ROWS_PER_WORD * Byte.SIZE) & BYTE;
                    if (drawn <= first && (drawn < first || bits.next() >>> (Long.SIZE - REST) < rest)) {
                        if (count == chosen.length) {
                            chosen = Arrays.copyOf(chosen, rows.length);
                        }
                        chosen[count++] = rows[from + i];
                    }
                }
            }
        }
        return Arrays.copyOf(chosen, count);
    }

    /** Whether one of the eight bytes is at most this, which is below {@link #HALF}. */
    private static boolean hasByteUpTo(long word, long most) {
        return (word - EVERY_BYTE * (most + 1) & ~word & EVERY_HIGHEST_BIT) != 0;
    }
}
