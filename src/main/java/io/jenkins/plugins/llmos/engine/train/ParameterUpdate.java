package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import io.jenkins.plugins.llmos.engine.train.optimize.GroupOptimizer;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import io.jenkins.plugins.llmos.engine.train.optimize.Optimizers;
import java.util.Collection;
import java.util.Map;

/** Lets parameters follow their gradients. */
final class ParameterUpdate {
    private final Optimizer optimizer;
    private final OptimizerState state;
    private final double clipNorm;

    /** @param steps of the whole training */
    ParameterUpdate(TrainSpec spec, OptimizerState state, long steps, long stepsPerEpoch) {
        this.state = state;
        this.optimizer = Optimizers.create(spec.optimizer(), state, steps, stepsPerEpoch);
        this.clipNorm = spec.optimizer().clipNorm();
    }

    /**
     * Makes one update.
     *
     * @param parameters by name
     * @param gradients of the same names; changed
     * @param clear whether zeros are to be left in the gradients, which the engine adds the next ones to
     */
    void apply(Map<String, NDArray> parameters, Map<String, NDArray> gradients, boolean clear) {
        state.nextUpdate();
        if (clipNorm > 0) {
            clip(gradients.values());
        }
        if (optimizer instanceof GroupOptimizer group) {
            group.updateAll(parameters, gradients);
            if (clear) {
                gradients.values().forEach(gradient -> gradient.subi(gradient));
            }
        } else {
            gradients.forEach((name, gradient) -> optimizer.update(name, parameters.get(name), gradient));
        }
    }

    /** Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1. */
    private void clip(Collection<NDArray> gradients) {
        double squares = 0;
        for (NDArray gradient : gradients) {
            try (NDArray norm = gradient.norm()) {
                squares += Math.pow(norm.getFloat(), 2);
            }
        }
        double norm = Math.sqrt(squares);
        if (norm > clipNorm) {
            gradients.forEach(g -> g.muli(clipNorm / norm));
        }
    }
}
