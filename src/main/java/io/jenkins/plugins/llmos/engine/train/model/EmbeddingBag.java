package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The front of a model for text: takes rows (batch, dense + tokens) whose last columns are token ids, gives (batch, dense
 * + width), where the mean of the embeddings of a row's tokens stands in the tokens' place. Id 0 is padding and does not
 * count; a row without tokens has the zero vector (Joulin, Grave, Bojanowski, Mikolov, "Bag of Tricks for Efficient Text
 * Classification", EACL 2017, section 2).
 */
public final class EmbeddingBag extends AbstractBlock {
    private static final byte VERSION = 1;

    private final int dense;
    private final long width;
    private final EmbeddingTable table;

    /**
     * @param dense columns before the tokens, passed on as they are; 0 or more
     * @param entries how many token ids there are, padding and the unknown word included
     * @param width of an embedding
     */
    @SuppressWarnings("this-escape")
    public EmbeddingBag(int dense, long entries, long width) {
        super(VERSION);
        this.dense = dense;
        this.width = width;
        table = addChildBlock("table", new EmbeddingTable(entries, width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray rows = inputs.singletonOrThrow();
        NDArray tokens = rows.get(new NDIndex(":, {}:", dense));
        NDArray mask = tokens.gt(0).toType(DataType.FLOAT32, false);
        NDArray vectors = table.forward(parameters, new NDList(tokens.toType(DataType.INT64, false)), training)
                .singletonOrThrow();
        NDArray sum = vectors.mul(mask.expandDims(2)).sum(new int[] {1});
        NDArray mean = sum.div(mask.sum(new int[] {1}, true).maximum(1));
        return new NDList(
                dense == 0 ? mean : rows.get(new NDIndex(":, :{}", dense)).concat(mean, 1));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), dense + width)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        table.initialize(manager, dataType, new Shape(inputShapes[0].get(0), inputShapes[0].get(1) - dense));
    }
}
