package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gradients computed sample by sample: for each parameter an array of (batch, size), the cheapest way for small ones. */
final class RowGradients implements SampleGradients {
    private final Map<Parameter, NDArray> rows;

    /** @param rows for each parameter (batch, …) of as many elements a sample as the parameter has */
    RowGradients(Map<Parameter, NDArray> rows) {
        this.rows = new LinkedHashMap<>();
        rows.forEach((parameter, array) -> this.rows.put(
                parameter,
                array.reshape(array.getShape().get(0), parameter.getArray().size())));
    }

    @Override
    public NDArray squaredNorms() {
        NDArray sum = null;
        for (NDArray array : rows.values()) {
            NDArray squares = Sequences.squaredNorms(array);
            sum = sum == null ? squares : sum.addi(squares);
        }
        return sum;
    }

    @Override
    public Map<Parameter, NDArray> weightedSum(NDArray weights) {
        Map<Parameter, NDArray> sums = new LinkedHashMap<>();
        NDArray row = weights.expandDims(0);
        rows.forEach((parameter, array) -> sums.put(
                parameter, row.matMul(array).reshape(parameter.getArray().getShape())));
        return sums;
    }
}
