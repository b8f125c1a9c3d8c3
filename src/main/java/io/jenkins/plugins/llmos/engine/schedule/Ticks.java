package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * Times as whole nanoseconds since 1970, the form in which the scheduler computes: exact, so that equal times compare
 * equal, and good to the year 2262.
 */
public final class Ticks {
    /** Later than any time that occurs. */
    public static final long NEVER = Long.MAX_VALUE;

    public static final long SECOND = 1_000_000_000L;

    private Ticks() {}

    public static long of(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
    }

    public static Instant at(long ticks) {
        return Instant.ofEpochSecond(Math.floorDiv(ticks, SECOND), Math.floorMod(ticks, SECOND));
    }

    /** A length in nanoseconds; one that is longer than 292 years is {@link #NEVER}. */
    public static long of(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return NEVER;
        }
    }

    public static long ofSeconds(double seconds) {
        return Math.round(seconds * SECOND);
    }

    public static double seconds(long ticks) {
        return ticks / (double) SECOND;
    }

    /** The sum, or {@link #NEVER} if that is too late to be represented; both at least 0. */
    public static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? NEVER : sum;
    }
}
