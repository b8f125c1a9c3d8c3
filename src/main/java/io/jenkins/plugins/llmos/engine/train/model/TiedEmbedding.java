package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.Map;

/**
 * A table of vectors that serves a language model at both ends (Press, Wolf, "Using the Output Embedding to Improve Language
 * Models", EACL 2017): ids (batch, T) become vectors (batch, T, width), and vectors (batch, T, width) become a score for
 * each entry, (batch, T, entries). Weight (entries, width).
 */
public final class TiedEmbedding extends AbstractBlock implements TappedLayer {
    private static final byte VERSION = 1;

    private final long entries;
    private final long width;
    private final Parameter weight;
    private Tap tap = Tap.NONE;
    private Precision precision = Precision.FLOAT32;

    /**
     * @param entries how many ids there are
     * @param width of a vector
     */
    @SuppressWarnings("this-escape")
    public TiedEmbedding(long entries, long width) {
        super(VERSION);
        this.entries = entries;
        this.width = width;
        weight = addParameter(Parameter.builder()
                .setName(EmbeddingTable.PARAMETER)
                .setType(Parameter.Type.WEIGHT)
                .build());
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
    }

    /** Sets in what forward passes of a training score; all others do in 32-bit floats. */
    public void setPrecision(Precision precision) {
        this.precision = precision;
    }

    /** Ids are looked up, vectors are scored; the number of dimensions tells which an array holds. */
    private static boolean isLookup(NDArray input) {
        return input.getShape().dimension() == 2;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        NDArray table = parameters.getValue(weight, input.getDevice(), training);
        if (isLookup(input)) {
            return new NDList(tap.pass(
                    this,
                    input,
                    Embedding.embedding(input, table, SparseFormat.DENSE).singletonOrThrow()));
        }
        Precision used = training ? precision : Precision.FLOAT32;
        return new NDList(used.pass(tap, this, input, table, null));
    }

    @Override
    public SampleGradients sampleGradients(List<Use> uses) {
        List<Use> lookups = uses.stream().filter(u -> isLookup(u.input())).toList();
        List<Use> scorings = uses.stream().filter(u -> !isLookup(u.input())).toList();
        if (lookups.isEmpty()) {
            return scored(scorings);
        }
        NDArray ids = Sequences.joined(lookups, Use::input);
        NDArray vectors = Sequences.joined(lookups, Use::gradient);
        EmbeddingGradients looked = new EmbeddingGradients(weight, ids, vectors);
        return scorings.isEmpty()
                ? looked
                : new Tied(
                        looked,
                        scored(scorings),
                        ids,
                        vectors,
                        Sequences.joined(scorings, Use::input),
                        Sequences.joined(scorings, Use::gradient));
    }

    private SampleGradients scored(List<Use> uses) {
        return MatrixGradients.of(
                weight, null, Sequences.joined(uses, Use::input), Sequences.joined(uses, Use::gradient));
    }

    /**
     * The sum of both ends' gradients. With vectors eₜ at the ids idₜ, and hₛ scored with gradients gₛ, the inner product of
     * the two is Σₛₜ ⟨hₛ, eₜ⟩ gₛ[idₜ].
     */
    private final class Tied implements SampleGradients {
        private final SampleGradients looked;
        private final SampleGradients scored;
        private final NDArray ids;
        private final NDArray vectors;
        private final NDArray inputs;
        private final NDArray gradients;

        private Tied(
                SampleGradients looked,
                SampleGradients scored,
                NDArray ids,
                NDArray vectors,
                NDArray inputs,
                NDArray gradients) {
            this.looked = looked;
            this.scored = scored;
            this.ids = ids;
            this.vectors = vectors;
            this.inputs = inputs;
            this.gradients = gradients;
        }

        @Override
        public NDArray squaredNorms() {
            Shape shape = gradients.getShape();
            NDArray at = ids.toType(DataType.INT64, false)
                    .expandDims(1)
                    .broadcast(
                            new Shape(shape.get(0), shape.get(1), ids.getShape().get(1)));
            NDArray cross = inputs.batchMatMul(vectors.transpose(0, 2, 1))
                    .muli(gradients.gather(at, 2))
                    .sum(new int[] {1, 2});
            return looked.squaredNorms().add(scored.squaredNorms()).add(cross.mul(2));
        }

        @Override
        public Map<Parameter, NDArray> weightedSum(NDArray weights) {
            return Map.of(
                    weight,
                    looked.weightedSum(weights)
                            .get(weight)
                            .addi(scored.weightedSum(weights).get(weight)));
        }
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        weight.setShape(new Shape(entries, width));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {
            inputShapes[0].dimension() == 2
                    ? inputShapes[0].add(width)
                    : inputShapes[0].slice(0, 2).add(entries)
        };
    }
}
