package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Products with a number in a forward pass. */
public final class Scaled {
    private Scaled() {}

    /**
     * An array times a number. DJL's own {@code mul(Number)} puts the number into Java's memory and gives that back at once,
     * although the backward pass will read it; after a garbage collection in between, gradients are then wrong. Here the
     * number is in the engine's memory, which the engine keeps for as long as it needs it.
     */
    public static NDArray by(NDArray array, double factor) {
        try (NDArray number = array.getManager().full(new Shape(), (float) factor)) {
            return array.mul(number);
        }
    }
}
