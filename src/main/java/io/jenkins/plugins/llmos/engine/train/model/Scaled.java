package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;

/** Products with a number in a forward pass. */
public final class Scaled {
    private Scaled() {}

    /**
     * An array times a number. DJL's own {@code mul(Number)} gives the number's memory back at once, although the backward
     * pass will read it; after a garbage collection in between, gradients are then wrong. Here the number lives as long as
     * the array's manager, which is to be closed after the backward pass.
     */
    public static NDArray by(NDArray array, double factor) {
        return array.mul(array.getManager().create((float) factor));
    }
}
