package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;

/**
 * What a {@link Tap} saw of one call of a layer.
 *
 * @param input the layer's input, batch first
 * @param gradient of the summed loss at the layer's output, of the output's shape
 */
public record Use(NDArray input, NDArray gradient) {}
