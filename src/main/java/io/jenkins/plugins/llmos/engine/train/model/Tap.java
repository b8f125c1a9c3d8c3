package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;

/**
 * Sees what goes into and comes out of a layer with parameters, and may change what is passed on. A tap that adds to the
 * output an array of zeros that requires a gradient finds in that array, after the backward pass, the gradient of the loss
 * at the layer's output; together with the input it gives each sample's parameter gradient without computing one
 * (book-keeping, Bu, Wang, Zha, Karypis, "Differentially Private Optimization on Large Model at Small Cost", ICML 2023,
 * section 3).
 */
@FunctionalInterface
public interface Tap {
    /** Passes the output on as it is. */
    Tap NONE = (layer, input, output) -> output;

    /**
     * Called in the forward pass.
     *
     * @param layer the layer that computed the output
     * @param input the layer's input, batch first
     * @param output the layer's output before any activation, batch first
     * @return what to pass on, of the output's shape
     */
    NDArray pass(TappedLayer layer, NDArray input, NDArray output);

    /**
     * The same for a layer that multiplies by a matrix, which is yet to be done: PyTorch adds what is to be added to the
     * output as it multiplies, at no cost.
     *
     * @param input (batch, …, p)
     * @param weight (d, p)
     * @param bias (d), or null
     * @return what to pass on, (batch, …, d)
     */
    default NDArray pass(TappedLayer layer, NDArray input, NDArray weight, NDArray bias) {
        return pass(layer, input, Linear.linear(input, weight, bias).singletonOrThrow());
    }
}
