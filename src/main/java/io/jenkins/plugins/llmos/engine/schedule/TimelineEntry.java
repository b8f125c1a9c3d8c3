package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;
import java.util.Optional;

/**
 * One device held by one job for one run.
 *
 * @param job the job's name
 * @param key the job's key
 * @param machine name of the machine
 * @param device index on the machine, −1 if the job asked for no device
 * @param start when it was given
 * @param end when it was given back, empty while it is held
 * @param attempt which run of the job, from 1
 * @param outcome why it was given back, empty while it is held
 */
public record TimelineEntry(
        String job,
        String key,
        String machine,
        int device,
        Instant start,
        Optional<Instant> end,
        int attempt,
        Optional<Outcome> outcome) {
    /** How a run ended. */
    public enum Outcome {
        COMPLETED,
        YIELDED,
        FAILED,
        /** Its machine was lost, and with it the work of the run; it will ask again. */
        LOST
    }
}
