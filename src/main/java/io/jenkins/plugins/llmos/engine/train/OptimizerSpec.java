package io.jenkins.plugins.llmos.engine.train;

import java.util.List;

/**
 * How parameters follow gradients.
 *
 * @param kind one of {@link #KINDS}
 * @param learningRate the base learning rate, above 0
 * @param momentum of {@code sgd} and {@code gd}, 0 ≤ momentum &lt; 1
 * @param nesterov whether the momentum is Nesterov's
 * @param beta1 decay of Adam's first moment
 * @param beta2 decay of Adam's second moment
 * @param weightDecay an L2 penalty for {@code gd}, {@code sgd} and {@code adam}; decoupled for {@code adamw}; 0 or more
 * @param schedule one of {@link #SCHEDULES}
 * @param warmup steps of linear warm-up from 0 to the base rate, 0 or more
 * @param stepEpochs epochs between two drops of the {@code step} schedule, at least 1
 * @param stepFactor what the rate is multiplied with at each drop, above 0
 * @param clipNorm bound of the global gradient norm, 0 for none
 */
public record OptimizerSpec(
        String kind,
        double learningRate,
        double momentum,
        boolean nesterov,
        double beta1,
        double beta2,
        double weightDecay,
        String schedule,
        long warmup,
        int stepEpochs,
        double stepFactor,
        double clipNorm) {
    /** Full-batch gradient descent, stochastic gradient descent, Adam, and Adam with decoupled weight decay. */
    public static final List<String> KINDS = List.of("gd", "sgd", "adam", "adamw");

    public static final List<String> SCHEDULES = List.of("constant", "cosine", "step");
}
