package io.jenkins.plugins.llmos.engine.train;

import java.time.Instant;
import java.util.Map;

/**
 * One line of {@code events.jsonl}. Components that an event's type does not have are null.
 *
 * @param type what happened
 * @param time when
 * @param step optimiser steps taken so far
 * @param steps steps of the whole training
 * @param epoch epochs finished so far; in a {@code STEP} the epoch under way, counted from 1
 * @param epochs epochs of the whole training
 * @param loss mean training loss per row since the last event of this type
 * @param validationLoss mean loss per row of the validation part
 * @param metrics validation metrics by name, such as {@code accuracy}
 * @param epsilon privacy spent so far, where the training is private
 * @param samplesPerSecond speed since the last event
 * @param remainingSeconds time to the end at the speed so far
 * @param message a sentence for the user
 * @param result what the training returns, see {@link TrainingOutcome#result}
 */
public record TrainingEvent(
        Type type,
        Instant time,
        Long step,
        Long steps,
        Integer epoch,
        Integer epochs,
        Double loss,
        Double validationLoss,
        Map<String, Double> metrics,
        Double epsilon,
        Double samplesPerSecond,
        Double remainingSeconds,
        String message,
        Map<String, Object> result) {

    /** What an event tells. */
    public enum Type {
        /** Data are ready and the model is built; {@code step} is above 0 when the training goes on from a checkpoint. */
        START,
        /** Progress, about twice a second. */
        STEP,
        /** An epoch ended. */
        EPOCH,
        /** A checkpoint is in place. */
        CHECKPOINT,
        /** Something the user should know that does not end the training. */
        WARNING,
        /** The process leaves because it was asked to; it can go on from its checkpoint. */
        YIELDED,
        /** The training ended and its output is in place. */
        DONE,
        /** The training failed; {@code message} says why. */
        ERROR
    }
}
