package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import io.jenkins.plugins.llmos.engine.train.script.FusedAdam;
import java.util.Map;

/**
 * Adam (Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1 in the order of the end of section
 * 2) and AdamW (Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2), as DJL computes them,
 * but in PyTorch's own kernel where that can be had, else with the gradient as the place for what comes between. DJL's own
 * makes half a dozen arrays as large as the parameters, and the memory that the system must give and take for these costs
 * more than the arithmetic.
 */
final class AdamInPlace extends Optimizer implements GroupOptimizer {
    private static final double EPSILON = 1e-8;

    private final OptimizerState state;
    private final Tracker rates;
    private final boolean decoupled;
    private final double beta1;
    private final double beta2;
    /** Keys of the moments in the state. */
    private final Object means = new Object();

    private final Object variances = new Object();
    /** Numbers as arrays, since DJL makes an array of a number in every call. */
    private Constants constants;

    private record Constants(NDArray beta1, NDArray rest1, NDArray beta2, NDArray square, NDArray epsilon) {}

    AdamInPlace(OptimizerSpec spec, Tracker rates, OptimizerState state) {
        super(Optimizer.adam().optLearningRateTracker(rates).optWeightDecays((float) spec.weightDecay()));
        this.state = state;
        this.rates = rates;
        this.decoupled = spec.kind().equals("adamw");
        this.beta1 = spec.beta1();
        this.beta2 = spec.beta2();
    }

    /** Leaves zeros in the gradient, as DJL's optimisers do. */
    @Override
    public void update(String parameter, NDArray weight, NDArray gradient) {
        updateAll(Map.of(parameter, weight), Map.of(parameter, gradient));
        gradient.subi(gradient);
    }

    @Override
    public void updateAll(Map<String, NDArray> weights, Map<String, NDArray> gradients) {
        int updates = state.updates();
        float rate = rates.getNewValue(updates);
        double root = Math.sqrt(1 - Math.pow(beta2, updates));
        NDList fusedWeights = new NDList();
        NDList fusedGradients = new NDList();
        NDList fusedMeans = new NDList();
        NDList fusedVariances = new NDList();
        gradients.forEach((name, gradient) -> {
            NDArray weight = weights.get(name);
            NDArray mean = state.get(means, name, k -> weight.zerosLike());
            NDArray variance = state.get(variances, name, k -> weight.zerosLike());
            decay(weight, gradient, rate);
            if (isFused(weight)) {
                fusedWeights.add(weight);
                fusedGradients.add(gradient);
                fusedMeans.add(mean);
                fusedVariances.add(variance);
            } else {
                single(weight, gradient, mean, variance, rate * root / (1 - Math.pow(beta1, updates)));
            }
        });
        if (!fusedWeights.isEmpty()) {
            // There ε is added to the corrected root.
            FusedAdam.onCpu()
                    .orElseThrow()
                    .update(
                            fusedWeights,
                            fusedGradients,
                            fusedMeans,
                            fusedVariances,
                            updates,
                            rate,
                            beta1,
                            beta2,
                            EPSILON / root);
        }
    }

    private static boolean isFused(NDArray weight) {
        return !weight.getDevice().isGpu()
                && weight.getDataType() == DataType.FLOAT32
                && FusedAdam.onCpu().isPresent();
    }

    private void decay(NDArray weight, NDArray gradient, float rate) {
        if (getWeightDecay() == 0) {
            return;
        }
        if (decoupled) {
            weight.muli(1 - (double) rate * getWeightDecay());
        } else {
            try (NDArray decay = weight.mul(getWeightDecay())) {
                gradient.addi(decay);
            }
        }
    }

    private void single(NDArray weight, NDArray gradient, NDArray mean, NDArray variance, double rate) {
        Constants c = constants(mean.getManager());
        mean.muli(c.beta1).addi(gradient.muli(c.rest1));
        variance.muli(c.beta2).addi(gradient.muli(gradient).muli(c.square));
        try (NDArray root = variance.sqrt();
                NDArray step = mean.div(root.addi(c.epsilon))) {
            weight.subi(step.muli(rate));
        }
    }

    private Constants constants(NDManager manager) {
        if (constants == null) {
            double rest = 1 - beta1;
            constants = new Constants(
                    manager.create((float) beta1),
                    manager.create((float) rest),
                    manager.create((float) beta2),
                    // The gradient comes times 1 − β₁.
                    manager.create((float) ((1 - beta2) / (rest * rest))),
                    manager.create((float) EPSILON));
        }
        return constants;
    }
}
