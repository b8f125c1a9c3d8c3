package io.jenkins.plugins.llmos.engine.train;

import java.util.SplittableRandom;

/**
 * Random choices of a training as functions of its seed and of where it is, so that a training that goes on from a
 * checkpoint needs no generator's state to make the same ones.
 */
final class Randomness {
    /** Purposes keep apart streams of one seed. */
    static final long PARAMETERS = 1;

    static final long ORDER = 2;
    static final long DROPOUT = 3;
    static final long CANARIES = 4;

    private Randomness() {}

    /** A seed for one purpose at one place (an epoch, a step). */
    static long mix(long seed, long purpose, long place) {
        return new SplittableRandom(
                        new SplittableRandom(new SplittableRandom(seed).nextLong() ^ purpose).nextLong() ^ place)
                .nextLong();
    }

    /**
     * Rows in the order of an epoch, each once (Fisher-Yates; Durstenfeld, CACM 7(7), 1964, algorithm 235).
     *
     * @param epoch from 0
     */
    static int[] shuffled(int[] rows, long seed, int epoch) {
        int[] order = rows.clone();
        SplittableRandom random = new SplittableRandom(mix(seed, ORDER, epoch));
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
