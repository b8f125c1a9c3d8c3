package io.jenkins.plugins.llmos.engine.privacy.random;

import java.util.Arrays;

/** Samples that hold each row with the same probability, independently of the others, as amplification by sampling needs. */
public final class PoissonSample {
    private static final int CHUNK = 1 << 10;

    private PoissonSample() {}

    /**
     * Draws a sample, perhaps an empty one. Each row is drawn with 64 bits of its own, so its probability is q to within
     * 2⁻⁵³.
     *
     * @param rows to choose from
     * @param q above 0 and at most 1
     * @return the chosen ones, in the order they have in {@code rows}
     */
    public static int[] draw(int[] rows, double q, RandomBits bits) {
        if (q >= 1) {
            return rows.clone();
        }
        // q in units of 2⁻⁶³, compared with 63 random bits.
        long threshold = (long) (q * 0x1p63);
        double expected = rows.length * q;
        int[] chosen = new int[(int) Math.min(rows.length, expected + 10 * Math.sqrt(expected) + 16)];
        int count = 0;
        long[] words = new long[Math.min(CHUNK, rows.length)];
        for (int from = 0; from < rows.length; from += CHUNK) {
            int some = Math.min(CHUNK, rows.length - from);
            bits.next(words, some);
            for (int i = 0; i < some; i++) {
                if (words[i] >>> 1 < threshold) {
                    if (count == chosen.length) {
                        chosen = Arrays.copyOf(chosen, rows.length);
                    }
                    chosen[count++] = rows[from + i];
                }
            }
        }
        return Arrays.copyOf(chosen, count);
    }
}
