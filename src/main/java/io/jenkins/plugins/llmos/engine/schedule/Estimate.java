package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Duration;

/**
 * What is believed of the work that a job still has to do.
 *
 * @param index the value to schedule by: where the work left is uncertain, the least expected effort per completion
 * @param median the actual value is as likely above this as below
 * @param low the actual value is below this with a probability of a tenth
 * @param high the actual value is above this with a probability of a tenth
 * @param source what it rests on
 */
public record Estimate(Duration index, Duration median, Duration low, Duration high, Source source) {
    /** What an estimate rests on, the weakest first. */
    public enum Source {
        /** Nothing: no job has ended yet. */
        NONE,
        /** All jobs of the pool. */
        POOL,
        /** Jobs of the same owner or the same demand. */
        SIMILAR,
        /** The word of the job's user. */
        USER,
        /** Earlier runs of the same job. */
        HISTORY,
        /** The speed of the run itself. */
        PROGRESS
    }
}
