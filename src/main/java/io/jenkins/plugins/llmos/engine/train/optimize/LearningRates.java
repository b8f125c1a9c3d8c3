package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.training.tracker.Tracker;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;

/** Learning rates over the course of a training. */
final class LearningRates {
    private LearningRates() {}

    /**
     * The rate by step, counted from 1: a linear warm-up, then constant, half a cosine from the base rate to 0 (Loshchilov,
     * Hutter, "SGDR", ICLR 2017, equation 5 without restarts), or a drop every few epochs.
     *
     * @param steps of the whole training
     * @param stepsPerEpoch at least 1
     */
    static Tracker of(OptimizerSpec spec, long steps, long stepsPerEpoch) {
        float base = (float) spec.learningRate();
        int warmup = clamp(spec.warmup());
        Tracker main =
                switch (spec.schedule()) {
                    case "constant" -> Tracker.fixed(base);
                    case "cosine" ->
                        Tracker.cosine()
                                .setBaseValue(base)
                                .optFinalValue(0)
                                .setMaxUpdates(clamp(Math.max(1, steps - warmup)))
                                .build();
                    case "step" -> {
                        long every = stepsPerEpoch * spec.stepEpochs();
                        yield step -> {
                            long drops = Math.max(0, step - 1) / every;
                            return (float) (base * Math.pow(spec.stepFactor(), (double) drops));
                        };
                    }
                    default -> throw new IllegalArgumentException("schedule " + spec.schedule());
                };
        return warmup == 0
                ? main
                : Tracker.warmUp()
                        .setMainTracker(main)
                        .optWarmUpSteps(warmup)
                        .optWarmUpBeginValue(0)
                        .build();
    }

    private static int clamp(long steps) {
        return (int) Math.min(Integer.MAX_VALUE, steps);
    }
}
