package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import java.util.Map;
import java.util.function.Function;

/** Makes optimisers with their state in an {@link OptimizerState}: DJL's, and in place of DJL's Adam a faster one. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * @param state where the optimiser keeps what it remembers
     * @param steps of the whole training
     * @param stepsPerEpoch at least 1
     * @return an optimiser to call once per parameter and step, after {@link OptimizerState#nextUpdate}
     */
    public static Optimizer create(OptimizerSpec spec, OptimizerState state, long steps, long stepsPerEpoch) {
        Tracker rates = LearningRates.of(spec, steps, stepsPerEpoch);
        return switch (spec.kind()) {
            case "gd", "sgd" -> spec.nesterov() ? new Nesterov(spec, rates, state) : new PlainSgd(spec, rates, state);
            case "adam", "adamw" -> new AdamInPlace(spec, rates, state);
            default -> throw new IllegalArgumentException("optimizer " + spec.kind());
        };
    }

    private static final class PlainSgd extends Sgd {
        private final OptimizerState state;

        private PlainSgd(OptimizerSpec spec, ParameterTracker rates, OptimizerState state) {
            super(Optimizer.sgd()
                    .setLearningRateTracker(rates)
                    .optMomentum((float) spec.momentum())
                    .optWeightDecays((float) spec.weightDecay()));
            this.state = state;
        }

        @Override
        protected int updateCount(String parameter) {
            return state.updates();
        }

        @Override
        protected NDArray withDefaultState(
                Map<String, Map<Device, NDArray>> role,
                String parameter,
                Device device,
                Function<String, NDArray> initial) {
            return state.get(role, parameter, initial);
        }
    }

    /**
     * Nesterov's momentum, which DJL's PyTorch engine does not have, in the form that PyTorch uses: v ← μv + g, w ← w −
     * η(g + μv) (Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning",
     * ICML 2013, section 2.1, with the look-ahead written at the shifted point).
     */
    private static final class Nesterov extends Optimizer {
        private final OptimizerState state;
        private final ParameterTracker rates;
        private final float momentum;

        private Nesterov(OptimizerSpec spec, ParameterTracker rates, OptimizerState state) {
            super(Optimizer.sgd().setLearningRateTracker(rates).optWeightDecays((float) spec.weightDecay()));
            this.rates = rates;
            this.momentum = (float) spec.momentum();
            this.state = state;
        }

        @Override
        public void update(String parameter, NDArray weight, NDArray gradient) {
            float rate = rates.getNewValue(parameter, state.updates());
            NDArray velocity = state.get(this, parameter, k -> weight.zerosLike());
            if (getWeightDecay() != 0) {
                try (NDArray decay = weight.mul(getWeightDecay())) {
                    gradient.addi(decay);
                }
            }
            velocity.muli(momentum).addi(gradient);
            try (NDArray ahead = velocity.mul(momentum)) {
                gradient.addi(ahead).muli(rate);
            }
            weight.subi(gradient);
            gradient.muli(0);
        }
    }
}
