package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;

/** A table of vectors: input (batch, …) of ids, weight (entries, width), output (batch, …, width). */
public final class EmbeddingTable extends AbstractBlock implements TappedLayer {
    /** Name of the one parameter; its values are drawn otherwise than those of other weights. */
    static final String PARAMETER = "embedding";

    private static final byte VERSION = 1;

    private final long entries;
    private final long width;
    private final Parameter weight;
    private Tap tap = Tap.NONE;

    /**
     * @param entries how many ids there are; every input must be from 0 to entries − 1
     * @param width of a vector, at least 1
     */
    @SuppressWarnings("this-escape")
    public EmbeddingTable(long entries, long width) {
        super(VERSION);
        this.entries = entries;
        this.width = width;
        weight = addParameter(Parameter.builder()
                .setName(PARAMETER)
                .setType(Parameter.Type.WEIGHT)
                .build());
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
    }

    @Override
    public SampleGradients sampleGradients(List<Use> uses) {
        return new EmbeddingGradients(
                weight,
                Sequences.joined(
                        uses, u -> u.input().reshape(u.input().getShape().get(0), -1)),
                Sequences.joined(uses, u -> Sequences.of(u.gradient())));
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        weight.setShape(new Shape(entries, width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray ids = inputs.singletonOrThrow();
        NDArray table = parameters.getValue(weight, ids.getDevice(), training);
        NDArray output = Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
        return new NDList(tap.pass(this, ids, output));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(width)};
    }
}
