package io.jenkins.plugins.llmos.engine.train;

import java.util.Arrays;

/** What benchmarks of steps have in common. */
final class Timing {
    /**
     * Java compiles a method once it was called some hundred times, and better after some thousand; a step calls most
     * methods once. A training goes on for far more steps, and the compiler takes processors from those that are measured.
     */
    private static final int WARM_UP_STEPS = 500;

    private static final long LEAST_NANOS = 4_000_000_000L;
    private static final long MOST_NANOS = 40_000_000_000L;

    private Timing() {}

    /**
     * Takes steps that do not count, until Java has compiled what they need: 500 of each kind, in turns, but at least some
     * seconds' work and at most 40 seconds' work of each.
     *
     * @param kinds each takes one step
     */
    static void warmUp(Runnable... kinds) {
        long start = System.nanoTime();
        long ofEach = 0;
        for (int taken = 0; ofEach < LEAST_NANOS || (taken < WARM_UP_STEPS && ofEach < MOST_NANOS); taken++) {
            for (Runnable kind : kinds) {
                kind.run();
            }
            ofEach = (System.nanoTime() - start) / kinds.length;
        }
    }

    /** @param values at least one; left as they are */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
