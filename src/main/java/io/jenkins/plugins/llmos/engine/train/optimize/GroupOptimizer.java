package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** An optimiser that moves all parameters at once, which costs less than one after the other. */
public interface GroupOptimizer {
    /**
     * Makes one update.
     *
     * @param weights by name; changed
     * @param gradients of the same names; what is in them afterwards is undefined
     */
    void updateAll(Map<String, NDArray> weights, Map<String, NDArray> gradients);
}
