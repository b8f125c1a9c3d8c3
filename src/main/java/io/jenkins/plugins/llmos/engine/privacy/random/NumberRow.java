package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.FloatBuffer;
import java.util.List;

/** The numbers of several buffers as one row. Threads may change different parts of it at once. */
final class NumberRow {
    /** Added to a number below {@link #EXACT} in size, it leaves no place for fractions. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final float EXACT = 0x1p22f;

    private final List<FloatBuffer> buffers;
    /** How many numbers there are up to the end of each buffer. */
    private final long[] ends;

    NumberRow(List<FloatBuffer> buffers) {
        this.buffers = buffers;
        ends = new long[buffers.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += buffers.get(i).limit();
            ends[i] = end;
        }
    }

    long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /**
     * Turns numbers x into (round(x) + noise) · scale.
     *
     * @param from the first of them
     * @param noiseFrom where the noise of the first one is
     * @param scratch at least {@code count} long
     */
    void add(long from, float[] noise, int noiseFrom, int count, float scale, float[] scratch) {
        int index = 0;
        for (int done = 0; done < count; ) {
            long at = from + done;
            while (ends[index] <= at) {
                index++;
            }
            FloatBuffer buffer = buffers.get(index);
            int place = buffer.limit() - (int) (ends[index] - at);
            int some = (int) Math.min(count - done, ends[index] - at);
            buffer.get(place, scratch, 0, some);
            round(scratch, some);
            for (int i = 0; i < some; i++) {
                scratch[i] = (scratch[i] + noise[noiseFrom + done + i]) * scale;
            }
            buffer.put(place, scratch, 0, some);
            done += some;
        }
    }

    /** As {@link Math#rint}, for which Java takes one number after the other. */
    private static void round(float[] numbers, int count) {
        float largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(numbers[i]));
        }
        if (largest < EXACT) {
            for (int i = 0; i < count; i++) {
                numbers[i] = (numbers[i] + ROUNDER) - ROUNDER;
            }
        } else {
            for (int i = 0; i < count; i++) {
                numbers[i] = (float) Math.rint(numbers[i]);
            }
        }
    }
}
