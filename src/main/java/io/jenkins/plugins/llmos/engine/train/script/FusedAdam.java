package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;

/**
 * PyTorch's own Adam ({@code torch._fused_adam_}), which reads and writes each number once where single operations do so a
 * dozen times. DJL does not offer it.
 */
public final class FusedAdam {
    private static final String METHOD = """
              def forward(self: __torch__.M,
                weights: List[Tensor],
                gradients: List[Tensor],
                means: List[Tensor],
                variances: List[Tensor],
                numbers: Tensor) -> Tensor:
                step = torch.select(numbers, 0, 0)
                rate = float(torch.select(numbers, 0, 1))
                beta1 = float(torch.select(numbers, 0, 2))
                beta2 = float(torch.select(numbers, 0, 3))
                epsilon = float(torch.select(numbers, 0, 4))
                none = annotate(List[Tensor], [])
                steps = annotate(List[Tensor], [])
                for _0 in range(torch.len(weights)):
                  _1 = torch.append(steps, step)
                torch._fused_adam_(weights, gradients, means, variances, none, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=0., eps=epsilon, amsgrad=False, maximize=False)
                return weights[0]
            """;

    private final ScriptedFunction function;

    private FusedAdam(ScriptedFunction function) {
        this.function = function;
    }

    private static final class Known {
        private static final Optional<FusedAdam> CPU = load();
    }

    /** The one of this process for arrays in main memory; nothing if this machine's PyTorch does not have it. */
    public static Optional<FusedAdam> onCpu() {
        return Known.CPU;
    }

    private static Optional<FusedAdam> load() {
        ScriptedFunction function = null;
        try {
            function = new ScriptedFunction("adam", METHOD);
            FusedAdam made = new FusedAdam(function);
            if (made.works(function.manager())) {
                return Optional.of(made);
            }
        } catch (EngineException e) {
            // Another version of PyTorch may have it under another name or not at all.
        }
        if (function != null) {
            function.close();
        }
        return Optional.empty();
    }

    private boolean works(NDManager manager) {
        try (NDManager trial = manager.newSubManager()) {
            NDList weight = new NDList(trial.zeros(new Shape(1)));
            NDList gradient = new NDList(trial.ones(new Shape(1)));
            NDList mean = new NDList(trial.zeros(new Shape(1)));
            NDList variance = new NDList(trial.zeros(new Shape(1)));
            // PyTorch compiles in the first calls.
            for (int step = 1; step <= 3; step++) {
                update(weight, gradient, mean, variance, step, 1, 0.5, 0.5, 0);
            }
            return Math.abs(weight.get(0).getFloat() + 3) < 1e-3;
        }
    }

    /**
     * One update without weight decay (Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1). All
     * arrays are of 32-bit floats, in main memory.
     *
     * @param weights changed, at least one
     * @param gradients in the weights' order and of their shapes
     * @param means likewise; changed
     * @param variances likewise; changed
     * @param step from 1 up
     * @param epsilon added to the root of the corrected second moment
     */
    public void update(
            NDList weights,
            NDList gradients,
            NDList means,
            NDList variances,
            int step,
            double rate,
            double beta1,
            double beta2,
            double epsilon) {
        try (NDArray numbers = means.get(0).getManager().create(new double[] {step, rate, beta1, beta2, epsilon})) {
            function.call(List.of(weights, gradients, means, variances), numbers);
        }
    }
}
