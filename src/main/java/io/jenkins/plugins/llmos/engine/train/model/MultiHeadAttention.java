package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Self-attention with several heads (Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.2): input and
 * output (batch, positions, width). Its parameters are those of two {@link Dense} layers, one for queries, keys and values
 * together, one for the output.
 */
public final class MultiHeadAttention extends AbstractBlock {
    private static final byte VERSION = 1;

    private final int heads;
    private final long width;
    private final Dense projections;
    private final Dense output;

    /**
     * @param width of input and output, a multiple of {@code heads}
     * @param heads at least 1
     */
    @SuppressWarnings("this-escape")
    public MultiHeadAttention(long width, int heads) {
        super(VERSION);
        if (width % heads != 0) {
            throw new IllegalArgumentException("width " + width + " is no multiple of " + heads + " heads");
        }
        this.heads = heads;
        this.width = width;
        projections = addChildBlock("projections", new Dense(3 * width));
        output = addChildBlock("output", new Dense(width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        long batch = input.getShape().get(0);
        long positions = input.getShape().get(1);
        long size = width / heads;
        NDArray split = projections
                .forward(parameters, inputs, training)
                .singletonOrThrow()
                .reshape(batch, positions, 3L * heads, size)
                .transpose(0, 2, 1, 3);
        NDList parts = split.split(3, 1);
        NDArray queries = Scaled.by(parts.get(0), 1 / Math.sqrt((double) size)).reshape(batch * heads, positions, size);
        NDArray keys = parts.get(1).reshape(batch * heads, positions, size);
        NDArray values = parts.get(2).reshape(batch * heads, positions, size);
        NDArray mixed = queries.batchMatMul(keys.transpose(0, 2, 1))
                .softmax(2)
                .batchMatMul(values)
                .reshape(batch, heads, positions, size)
                .transpose(0, 2, 1, 3)
                .reshape(batch, positions, width);
        return output.forward(parameters, new NDList(mixed), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        projections.initialize(manager, dataType, inputShapes[0]);
        output.initialize(manager, dataType, inputShapes[0]);
    }
}
