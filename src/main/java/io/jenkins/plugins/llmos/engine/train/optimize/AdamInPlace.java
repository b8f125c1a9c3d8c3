package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import io.jenkins.plugins.llmos.engine.train.script.FusedAdam;
import java.util.Optional;

/**
 * Adam (Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1 in the order of the end of section
 * 2) and AdamW (Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2), as DJL computes them,
 * but in PyTorch's own kernel where that can be had, else with the gradient as the place for what comes between. DJL's own
 * makes half a dozen arrays as large as the parameters, and the memory that the system must give and take for these costs
 * more than the arithmetic.
 */
final class AdamInPlace extends Optimizer {
    private static final double EPSILON = 1e-8;

    private final OptimizerState state;
    private final ParameterTracker rates;
    private final boolean decoupled;
    private final double beta1;
    private final double beta2;
    /** Keys of the moments in the state. */
    private final Object means = new Object();

    private final Object variances = new Object();
    /** Numbers as arrays, since DJL makes an array of a number in every call. */
    private Constants constants;

    private record Constants(NDArray beta1, NDArray rest1, NDArray beta2, NDArray square, NDArray epsilon) {}

    AdamInPlace(OptimizerSpec spec, ParameterTracker rates, OptimizerState state) {
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
        int updates = state.updates();
        double rate = rates.getNewValue(parameter, updates);
        double root = Math.sqrt(1 - Math.pow(beta2, updates));
        NDArray mean = state.get(means, parameter, k -> weight.zerosLike());
        NDArray variance = state.get(variances, parameter, k -> weight.zerosLike());
        if (getWeightDecay() != 0) {
            if (decoupled) {
                weight.muli(1 - rate * getWeightDecay());
            } else {
                try (NDArray decay = weight.mul(getWeightDecay())) {
                    gradient.addi(decay);
                }
            }
        }
        Optional<FusedAdam> fused = weight.getDevice().isGpu() || weight.getDataType() != DataType.FLOAT32
                ? Optional.empty()
                : FusedAdam.onCpu();
        if (fused.isPresent()) {
            // There ε is added to the corrected root.
            fused.get().update(weight, gradient, mean, variance, updates, rate, beta1, beta2, EPSILON / root);
        } else {
            single(weight, gradient, mean, variance, rate * root / (1 - Math.pow(beta1, updates)));
        }
        gradient.subi(gradient);
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
