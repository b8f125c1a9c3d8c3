package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Layer normalisation over the last axis (Ba, Kiros, Hinton, "Layer Normalization", 2016): input and output (batch, …,
 * width), scale and shift (width).
 */
public final class LayerNorm extends Normalization {
    @Override
    int channelAxis(Shape input) {
        return input.dimension() - 1;
    }

    @Override
    NDArray apply(NDArray input, NDArray scale, NDArray shift) {
        return input.getNDArrayInternal()
                .layerNorm(input, scale.getShape(), scale, shift, EPSILON)
                .singletonOrThrow();
    }
}
