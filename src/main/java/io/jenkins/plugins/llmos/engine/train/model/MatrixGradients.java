package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gradients of a matrix that multiplies each position of a sequence (and of a bias added to each): sample i's is Σₜ gᵢₜ
 * aᵢₜᵀ, with a the inputs and g the gradients at the outputs. Norms come without computing these: ‖aᵢ‖²‖gᵢ‖² for one
 * position (Goodfellow, "Efficient Per-Example Gradient Computations", 2015, section 6), ⟨aᵢaᵢᵀ, gᵢgᵢᵀ⟩ for several (Li,
 * Tramèr, Liang, Hashimoto, "Large Language Models Can Be Strong Differentially Private Learners", ICLR 2022, section 4);
 * the weighted sum is one product (book-keeping, Bu, Wang, Zha, Karypis, ICML 2023, section 3).
 */
final class MatrixGradients implements SampleGradients {
    private final Parameter weight;
    private final Parameter bias;
    private final NDArray inputs;
    private final NDArray gradients;
    private final long batch;
    private final long positions;

    private MatrixGradients(Parameter weight, Parameter bias, NDArray inputs, NDArray gradients) {
        this.weight = weight;
        this.bias = bias;
        this.inputs = inputs;
        this.gradients = gradients;
        batch = inputs.getShape().get(0);
        positions = inputs.getShape().get(1);
    }

    /**
     * Picks what is cheaper. The Gram form takes 2T²(p + d) multiplications more than the sum alone, T positions, p
     * inputs and d outputs; the gradients one by one take no more, but p·d floats a sample. They are taken where these are
     * fewer than the Gram form's own 2T² (the rule of Bu, Wang, Zha, Karypis, section 3.3), or than half of what the layer
     * holds anyway.
     *
     * @param weight of shape (d, …) with p elements a row
     * @param bias of shape (d), or null
     * @param inputs (batch, T, p)
     * @param gradients (batch, T, d)
     */
    static SampleGradients of(Parameter weight, Parameter bias, NDArray inputs, NDArray gradients) {
        long positions = inputs.getShape().get(1);
        long in = inputs.getShape().get(2);
        long out = gradients.getShape().get(2);
        if (positions == 1 || !areFewer(positions, in, out)) {
            return new MatrixGradients(weight, bias, inputs, gradients);
        }
        Map<Parameter, NDArray> rows = new LinkedHashMap<>();
        rows.put(weight, gradients.transpose(0, 2, 1).batchMatMul(inputs));
        if (bias != null) {
            rows.put(bias, gradients.sum(new int[] {1}));
        }
        return new RowGradients(rows);
    }

    /** Whether the numbers of a sample's own gradient are few enough to write them down. */
    static boolean areFewer(long positions, long in, long out) {
        return in * out <= Math.max(2 * positions * positions, positions * (in + out) / 2);
    }

    @Override
    public NDArray squaredNorms() {
        if (positions == 1) {
            NDArray a = Sequences.squaredNorms(inputs.squeeze(1));
            NDArray g = Sequences.squaredNorms(gradients.squeeze(1));
            return bias == null ? a.muli(g) : a.muli(g).addi(g);
        }
        NDArray gram = inputs.batchMatMul(inputs.transpose(0, 2, 1));
        if (bias != null) {
            gram.addi(1);
        }
        return gram.muli(gradients.batchMatMul(gradients.transpose(0, 2, 1))).sum(new int[] {1, 2});
    }

    @Override
    public Map<Parameter, NDArray> weightedSum(NDArray weights) {
        long all = batch * positions;
        NDArray scaled = gradients.muli(weights.reshape(batch, 1, 1)).reshape(all, -1);
        Map<Parameter, NDArray> sums = new LinkedHashMap<>();
        sums.put(
                weight,
                scaled.transpose()
                        .matMul(inputs.reshape(all, -1))
                        .reshape(weight.getArray().getShape()));
        if (bias != null) {
            sums.put(bias, scaled.sum(new int[] {0}));
        }
        return sums;
    }
}
