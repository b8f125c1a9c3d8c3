package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A transformer's block with the norms before its two parts (Xiong et al., "On Layer Normalization in the Transformer
 * Architecture", ICML 2020, figure 1b): input and output (batch, positions, width).
 */
public final class TransformerBlock extends AbstractBlock {
    private static final byte VERSION = 1;

    private final LayerNorm attentionNorm = addChildBlock("attentionNorm", new LayerNorm());
    private final MultiHeadAttention attention;
    private final LayerNorm denseNorm = addChildBlock("denseNorm", new LayerNorm());
    private final Dense wide;
    private final Dense narrow;
    private final long inner;

    /**
     * @param width of input and output, a multiple of {@code heads}
     * @param heads of the attention
     * @param inner width between the two dense layers
     */
    @SuppressWarnings("this-escape")
    public TransformerBlock(long width, int heads, long inner) {
        super(VERSION);
        this.inner = inner;
        attention = addChildBlock("attention", new MultiHeadAttention(width, heads));
        wide = addChildBlock("wide", new Dense(inner));
        narrow = addChildBlock("narrow", new Dense(width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        NDList normal = attentionNorm.forward(parameters, inputs, training);
        NDArray attended =
                input.add(attention.forward(parameters, normal, training).singletonOrThrow());
        NDList again = denseNorm.forward(parameters, new NDList(attended), training);
        NDArray hidden =
                Activation.relu(wide.forward(parameters, again, training).singletonOrThrow());
        NDArray output =
                narrow.forward(parameters, new NDList(hidden), training).singletonOrThrow();
        return new NDList(attended.add(output));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape input = inputShapes[0];
        attentionNorm.initialize(manager, dataType, input);
        attention.initialize(manager, dataType, input);
        denseNorm.initialize(manager, dataType, input);
        wide.initialize(manager, dataType, input);
        narrow.initialize(manager, dataType, new Shape(input.get(0), input.get(1), inner));
    }
}
