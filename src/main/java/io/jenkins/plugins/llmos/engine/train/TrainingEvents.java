package io.jenkins.plugins.llmos.engine.train;

import java.io.IOException;
import java.util.function.DoubleSupplier;

/** What a training tells while it runs, each time with how far it is. Of its steps it tells twice a second at most. */
final class TrainingEvents {
    private static final long PAUSE_NANOS = 500_000_000;

    private final EventLog log;
    private final TrainingState state;
    private final int epochs;
    private final long steps;

    private long began;
    private long stepsBefore;
    private long told;
    private long samples;
    private double lossSum;

    /** @param steps of the whole training */
    TrainingEvents(EventLog log, TrainingState state, int epochs, long steps) {
        this.log = log;
        this.state = state;
        this.epochs = epochs;
        this.steps = steps;
    }

    /** The training begins, or goes on. */
    void begin(String message) throws IOException {
        began = System.nanoTime();
        told = began;
        stepsBefore = state.updates();
        log.write(
                event(TrainingEvent.Type.START, state.epoch()).message(message).build());
    }

    void warn(String message) throws IOException {
        log.write(event(TrainingEvent.Type.WARNING).message(message).build());
    }

    void checkpointed() throws IOException {
        log.write(event(TrainingEvent.Type.CHECKPOINT).build());
    }

    /**
     * A step was taken.
     *
     * @param rows in its batch
     * @param loss mean of a row
     */
    void stepped(int rows, double loss) throws IOException {
        samples += rows;
        lossSum += loss * rows;
        long now = System.nanoTime();
        if (now - told >= PAUSE_NANOS) {
            step(now, step -> step.loss(lossSum / samples));
        }
    }

    /**
     * A step of a private training was taken, whose loss is not told.
     *
     * @param rows that were expected in its batch
     * @param epsilon that is spent, asked for where it is told
     */
    void steppedPrivately(int rows, DoubleSupplier epsilon) throws IOException {
        samples += rows;
        long now = System.nanoTime();
        if (now - told >= PAUSE_NANOS) {
            step(now, step -> step.epsilon(epsilon.getAsDouble()));
        }
    }

    /** Adds what an event says besides how far the training is. */
    interface Details {
        TrainingEvent.Builder to(TrainingEvent.Builder event);
    }

    private void step(long now, Details details) throws IOException {
        double perStep = (now - began) / 1e9 / (state.updates() - stepsBefore);
        TrainingEvent.Builder step = event(TrainingEvent.Type.STEP, state.epoch() + 1)
                .speed(samples / ((now - told) / 1e9), perStep * (steps - state.updates()));
        log.write(details.to(step).build());
        told = now;
        samples = 0;
        lossSum = 0;
    }

    /** An epoch has ended. */
    void epoch(Details details) throws IOException {
        log.write(details.to(event(TrainingEvent.Type.EPOCH, state.epoch())).build());
    }

    private TrainingEvent.Builder event(TrainingEvent.Type type) {
        return TrainingEvent.now(type).step(state.updates(), steps);
    }

    private TrainingEvent.Builder event(TrainingEvent.Type type, int epoch) {
        return event(type).epoch(epoch, epochs);
    }
}
