package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * PyTorch's own Adam ({@code torch._fused_adam_}), which reads and writes each number once where single operations do so a
 * dozen times. DJL does not offer it, so a module in TorchScript calls it.
 */
public final class FusedAdam {
    /** What comes out must hang on the list that is changed, or PyTorch takes the call for one without effect. */
    private static final String METHOD = """
              def forward(self: __torch__.M,
                weight: Tensor,
                gradient: Tensor,
                mean: Tensor,
                variance: Tensor,
                numbers: Tensor) -> Tensor:
                step = torch.select(numbers, 0, 0)
                rate = float(torch.select(numbers, 0, 1))
                beta1 = float(torch.select(numbers, 0, 2))
                beta2 = float(torch.select(numbers, 0, 3))
                epsilon = float(torch.select(numbers, 0, 4))
                weights = [weight]
                none = annotate(List[Tensor], [])
                torch._fused_adam_(weights, [gradient], [mean], [variance], none, [step], lr=rate, beta1=beta1, beta2=beta2, weight_decay=0., eps=epsilon, amsgrad=False, maximize=False)
                return weights[0]
            """;

    private final Model model;
    private final ParameterStore store;

    private FusedAdam(Model model) {
        this.model = model;
        this.store = new ParameterStore(model.getNDManager(), false);
    }

    private static final class Known {
        private static final Optional<FusedAdam> CPU = load();
    }

    /** The one of this process for arrays in main memory; nothing if this machine's PyTorch does not have it. */
    public static Optional<FusedAdam> onCpu() {
        return Known.CPU;
    }

    private static Optional<FusedAdam> load() {
        Model model = Model.newInstance("adam");
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new TorchScriptArchive().write(bytes, METHOD);
            model.load(new ByteArrayInputStream(bytes.toByteArray()));
            FusedAdam made = new FusedAdam(model);
            if (made.works(model.getNDManager())) {
                return Optional.of(made);
            }
        } catch (IOException | MalformedModelException | EngineException e) {
            // Another version of PyTorch may have it under another name or not at all.
        }
        model.close();
        return Optional.empty();
    }

    private boolean works(NDManager manager) {
        try (NDManager trial = manager.newSubManager()) {
            NDArray weight = trial.zeros(new Shape(1));
            NDArray[] moments = {trial.zeros(new Shape(1)), trial.zeros(new Shape(1))};
            // PyTorch compiles in the first calls.
            for (int step = 1; step <= 3; step++) {
                update(weight, trial.ones(new Shape(1)), moments[0], moments[1], step, 1, 0.5, 0.5, 0);
            }
            return Math.abs(weight.getFloat() + 3) < 1e-3;
        }
    }

    /**
     * One update without weight decay (Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1).
     *
     * @param weight changed, like the two moments; all of one shape, 32-bit floats, in main memory
     * @param step from 1 up
     * @param epsilon added to the root of the corrected second moment
     */
    public void update(
            NDArray weight,
            NDArray gradient,
            NDArray mean,
            NDArray variance,
            int step,
            double rate,
            double beta1,
            double beta2,
            double epsilon) {
        NDList arrays = new NDList(weight, gradient, mean, variance);
        // Arrays with a dot in their name, as those of a checkpoint have, would be handed over as a dictionary.
        arrays.forEach(array -> array.setName(null));
        try (NDArray numbers = mean.getManager().create(new double[] {step, rate, beta1, beta2, epsilon})) {
            arrays.add(numbers);
            model.getBlock().forward(store, arrays, false).close();
        }
    }
}
