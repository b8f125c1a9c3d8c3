package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.nn.Block;
import java.util.List;

/**
 * A layer with parameters whose input and output a {@link Tap} can see, and that knows from these each sample's gradient.
 * It computes each sample's output from that sample alone.
 */
public interface TappedLayer extends Block {
    /** Sets the tap of all later forward passes; {@link Tap#NONE} takes it away. */
    void setTap(Tap tap);

    /**
     * Each sample's gradient of the layer's own parameters.
     *
     * @param uses one for each call of the layer in the forward pass, at least one, all with the same batch; a layer that
     *     is called several times has the sum over its calls as its gradient, so that norms include their cross terms
     */
    SampleGradients sampleGradients(List<Use> uses);
}
