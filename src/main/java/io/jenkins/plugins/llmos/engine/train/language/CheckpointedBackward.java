package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Gradients of a language model in less memory (Chen, Xu, Zhang, Guestrin, "Training Deep Nets with Sublinear Memory Cost",
 * 2016, section 3): what goes into each block is kept, and what is computed within a block is computed a second time when
 * its turn comes in the backward pass. So the activations of one block at a time are in memory, at the price of a second
 * forward pass.
 */
public final class CheckpointedBackward {
    private final Gpt model;
    private final ParameterStore parameters;

    /** @param model whose parameters require gradients */
    public CheckpointedBackward(Gpt model, ParameterStore parameters) {
        this.model = model;
        this.parameters = parameters;
    }

    /**
     * Adds the gradients of a loss to the parameters' own.
     *
     * @param manager of the rows; what is kept between the blocks belongs to it
     * @param rows as {@link Gpt} takes them
     * @param loss scalar of what {@link Gpt} gives
     * @param seeds sets the engine's seed for the part with a number, in which dropout draws the same twice
     * @return the loss
     */
    public float run(NDManager manager, NDArray rows, UnaryOperator<NDArray> loss, PartSeed seeds) {
        List<UnaryOperator<NDArray>> parts = model.parts(parameters, rows);
        int last = parts.size() - 1;
        List<NDArray> inputs = new ArrayList<>();
        inputs.add(null);
        for (int i = 0; i < last; i++) {
            try (NDManager within = manager.newSubManager()) {
                seeds.set(i);
                NDArray output = compute(parts.get(i), within, manager, rows, inputs.get(i));
                output.attach(manager);
                inputs.add(output);
            }
        }
        float value = Float.NaN;
        NDArray gradient = null;
        // Beside adapters the embeddings are frozen, so what made the first input has no gradient.
        int first = model.config().lora() == null ? 0 : 1;
        for (int i = last; i >= first; i--) {
            NDArray input = inputs.get(i);
            try (NDManager within = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                if (input != null) {
                    input.setRequiresGradient(true);
                }
                seeds.set(i);
                NDArray output = compute(parts.get(i), within, manager, rows, input);
                // The gradient of the sum of output times g, which is held fixed, is what g is carried back to.
                NDArray scalar = gradient == null
                        ? loss.apply(output)
                        : output.mul(gradient).sum();
                collector.backward(scalar);
                if (gradient == null) {
                    value = scalar.getFloat();
                } else {
                    gradient.close();
                }
                if (input != null) {
                    gradient = input.getGradient();
                    gradient.attach(manager);
                    input.close();
                }
            }
        }
        return value;
    }

    /** What is computed belongs to the manager of what it is computed from. */
    private static NDArray compute(
            UnaryOperator<NDArray> part, NDManager within, NDManager owner, NDArray rows, NDArray input) {
        rows.attach(within);
        if (input != null) {
            input.attach(within);
        }
        try {
            return part.apply(input);
        } finally {
            rows.attach(owner);
            if (input != null) {
                input.attach(owner);
            }
        }
    }

    /** Makes random draws of a part the same each time that it is computed. */
    public interface PartSeed {
        void set(int part);
    }
}
