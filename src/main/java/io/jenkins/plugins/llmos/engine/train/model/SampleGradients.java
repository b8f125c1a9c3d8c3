package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * The gradients that each sample of a batch alone would give a layer's parameters, known well enough to measure them and
 * to add them up, yet not necessarily computed one by one. Every array belongs to the manager of the uses it came from.
 */
public interface SampleGradients {
    /** For each sample the squared L2 norm of its gradient, over all of the layer's parameters: (batch). */
    NDArray squaredNorms();

    /**
     * The sum over samples i of weightᵢ times the gradient of sample i. It uses the gradients up: nothing may be asked
     * afterwards.
     *
     * @param weights (batch)
     * @return for each of the layer's own parameters an array of its shape
     */
    Map<Parameter, NDArray> weightedSum(NDArray weights);
}
