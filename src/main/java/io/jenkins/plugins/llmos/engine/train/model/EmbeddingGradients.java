package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * Gradients of a table of vectors: sample i's has at row v the sum of gᵢₜ over its positions t that hold the id v. Its
 * squared norm is Σₛₜ [idₛ = idₜ] ⟨gᵢₛ, gᵢₜ⟩ (Bu, Wang, Zha, Karypis, ICML 2023, appendix on embedding layers).
 */
final class EmbeddingGradients implements SampleGradients {
    private final Parameter table;
    private final NDArray ids;
    private final NDArray gradients;

    /**
     * @param table of shape (entries, width)
     * @param ids (batch, T)
     * @param gradients (batch, T, width)
     */
    EmbeddingGradients(Parameter table, NDArray ids, NDArray gradients) {
        this.table = table;
        this.ids = ids;
        this.gradients = gradients;
    }

    @Override
    public NDArray squaredNorms() {
        NDArray same = ids.expandDims(2).eq(ids.expandDims(1)).toType(DataType.FLOAT32, false);
        return gradients.batchMatMul(gradients.transpose(0, 2, 1)).muli(same).sum(new int[] {1, 2});
    }

    @Override
    public Map<Parameter, NDArray> weightedSum(NDArray weights) {
        Shape shape = table.getArray().getShape();
        int width = Math.toIntExact(shape.get(1));
        long[] rows = ids.toType(DataType.INT64, false).toLongArray();
        float[] scaled = gradients.muli(weights.reshape(weights.size(), 1, 1)).toFloatArray();
        float[] sum = new float[Math.toIntExact(shape.size())];
        for (int t = 0; t < rows.length; t++) {
            int to = Math.toIntExact(rows[t]) * width;
            int from = t * width;
            for (int k = 0; k < width; k++) {
                sum[to + k] += scaled[from + k];
            }
        }
        return Map.of(table, gradients.getManager().create(sum, shape));
    }
}
