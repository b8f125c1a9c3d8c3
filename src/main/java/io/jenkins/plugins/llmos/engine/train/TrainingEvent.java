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
 * @param loss mean training loss per row since the last event of this type; never of a private training
 * @param validationLoss mean loss per row of the validation part
 * @param metrics validation metrics by name, such as {@code accuracy}
 * @param epsilon at least the ε spent so far, where the training is private
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

    /** Begins an event that happens now. */
    public static Builder now(Type type) {
        return new Builder(type);
    }

    /** Sets the components that an event has. */
    public static final class Builder {
        private final Type type;
        private Long step;
        private Long steps;
        private Integer epoch;
        private Integer epochs;
        private Double loss;
        private Double validationLoss;
        private Map<String, Double> metrics;
        private Double epsilon;
        private Double samplesPerSecond;
        private Double remainingSeconds;
        private String message;
        private Map<String, Object> result;

        private Builder(Type type) {
            this.type = type;
        }

        public Builder step(long made, long of) {
            step = made;
            steps = of;
            return this;
        }

        public Builder epoch(int made, int of) {
            epoch = made;
            epochs = of;
            return this;
        }

        public Builder loss(double value) {
            loss = value;
            return this;
        }

        /** The validation part's loss and metrics. */
        public Builder validation(double value, Map<String, Double> byName) {
            validationLoss = value;
            metrics = byName;
            return this;
        }

        public Builder epsilon(double spent) {
            epsilon = spent;
            return this;
        }

        public Builder speed(double samples, double remaining) {
            samplesPerSecond = samples;
            remainingSeconds = remaining;
            return this;
        }

        public Builder message(String text) {
            message = text;
            return this;
        }

        public Builder result(Map<String, Object> byName) {
            result = byName;
            return this;
        }

        public TrainingEvent build() {
            return new TrainingEvent(
                    type,
                    Instant.now(),
                    step,
                    steps,
                    epoch,
                    epochs,
                    loss,
                    validationLoss,
                    metrics,
                    epsilon,
                    samplesPerSecond,
                    remainingSeconds,
                    message,
                    result);
        }
    }
}
