package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.nn.Block;

/** A layer with parameters whose input and output a {@link Tap} can see. */
public interface TappedLayer extends Block {
    /** Sets the tap of all later forward passes; {@link Tap#NONE} takes it away. */
    void setTap(Tap tap);
}
