package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.EmbeddingTable;
import io.jenkins.plugins.llmos.engine.train.model.LayerNorm;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.train.model.TiedEmbedding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A decoder-only transformer in the layout of GPT-2 (Radford et al., 2019): learned positions, norms before each part, the
 * embeddings used again for the output.
 *
 * <p>As a block it takes rows (batch, S·(T + 1)) of S sequences, {@link GptConfig#sequences}, which know nothing of each
 * other, and gives (batch, S·T). Of one sequence it takes rows (batch, T + 1) of token ids as floats and gives (batch, T), the logarithm of the probability
 * of each token but the first, given those before it; 1, which no logarithm of a probability is, where the row holds {@link
 * GptConfig#vocabulary}, which stands for no token and only at a sequence's end.
 */
public final class Gpt extends AbstractBlock {
    private static final byte VERSION = 1;
    private static final float DEVIATION = 0.02f;

    private final GptConfig config;
    private final TiedEmbedding tokens;
    private final EmbeddingTable positions;
    private final List<DecoderBlock> blocks = new ArrayList<>();
    private final LayerNorm norm = addChildBlock("ln_f", new LayerNorm());
    private final Block dropout;

    @SuppressWarnings("this-escape")
    public Gpt(GptConfig config) {
        super(VERSION);
        this.config = config;
        tokens = addChildBlock("wte", new TiedEmbedding(config.vocabulary(), config.width()));
        positions = addChildBlock("wpe", new EmbeddingTable(config.context(), config.width()));
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(addChildBlock("h" + i, new DecoderBlock(config, i)));
        }
        dropout = config.dropout() == 0
                ? null
                : addChildBlock(
                        "dropout",
                        Dropout.builder().optRate((float) config.dropout()).build());
        setInitializer(new NormalInitializer(DEVIATION), Parameter.Type.WEIGHT);
        // Radford et al., section 2.3: what adds to the residual is scaled with their number.
        NormalInitializer residual = new NormalInitializer((float) (DEVIATION / Math.sqrt(2.0 * config.layers())));
        for (DecoderBlock block : blocks) {
            block.denseLayers().forEach((name, layer) -> {
                if (name.endsWith("c_proj")) {
                    layer.setInitializer(residual, Parameter.Type.WEIGHT);
                }
            });
        }
        adapters().forEach((name, layer) -> layer.setInitializers());
        if (config.lora() != null) {
            freezeParameters(true);
            adapters().values().forEach(a -> {
                a.down().freezeParameters(false);
                a.up().freezeParameters(false);
            });
        }
    }

    public GptConfig config() {
        return config;
    }

    /**
     * Sets in what a training multiplies with the matrices of the blocks' dense layers and, for the scores, with the
     * embeddings. Adapters are small and stay in 32-bit floats, as do attention, norms and the logarithms of probabilities.
     */
    public void setPrecision(Precision precision) {
        tokens.setPrecision(precision);
        blocks.forEach(
                b -> b.denseLayers().values().forEach(layer -> dense(layer).setPrecision(precision)));
    }

    private static Dense dense(Block layer) {
        return layer instanceof AdaptedDense adapted ? adapted.base() : (Dense) layer;
    }

    /**
     * Scores for the token after each of those given.
     *
     * @param ids (1, T) whole numbers from 0 to vocabulary − 1; with the past at most context tokens
     * @param past of one sequence, what was read before, to which these are added; null for nothing
     * @return (1, T, vocabulary)
     */
    NDArray logits(ParameterStore parameters, NDArray ids, Past past) {
        NDManager manager = ids.getManager();
        int fresh = (int) ids.getShape().get(1);
        Reading reading = past == null ? Reading.anew(manager, 1, fresh) : Reading.on(manager, past, fresh);
        return output(parameters, hidden(parameters, ids, List.of(reading), false), false);
    }

    /**
     * Scores for the token after each sequence's last.
     *
     * @param ids (1, tokens) of the readings, one after another, of each its sequences
     * @return (sequences, vocabulary)
     */
    NDArray nextLogits(ParameterStore parameters, NDArray ids, List<Reading> readings) {
        NDArray hidden = hidden(parameters, ids, readings, false);
        NDList last = new NDList();
        for (NDArray own : Reading.parts(hidden, readings)) {
            Reading reading = readings.get(last.size());
            last.add(own.reshape(reading.sequences(), reading.fresh(), config.width())
                    .get(new NDIndex(":, -1:")));
        }
        return output(parameters, last.size() == 1 ? last.get(0) : NDArrays.concat(last), false)
                .squeeze(1);
    }

    private NDArray output(ParameterStore parameters, NDArray hidden, boolean training) {
        return run(tokens, parameters, run(norm, parameters, hidden, training), training);
    }

    /** @param ids of the readings, (1, tokens) or of one (batch, tokens / batch) */
    private NDArray hidden(ParameterStore parameters, NDArray ids, List<Reading> readings, boolean training) {
        NDArray x = embedded(parameters, ids, readings, training);
        for (DecoderBlock block : blocks) {
            x = block.apply(parameters, x, readings, training);
        }
        readings.stream().filter(r -> r.past() != null).forEach(r -> r.past().advance((int) r.fresh()));
        return x;
    }

    private NDArray embedded(ParameterStore parameters, NDArray ids, List<Reading> readings, boolean training) {
        NDManager manager = ids.getManager();
        long[] places = readings.stream().flatMapToLong(Reading::positions).toArray();
        NDArray positions;
        try (NDArray inJava = manager.create(places, ids.getShape())) {
            // The backward pass reads it, and Java's memory would be gone by then.
            positions = inJava.duplicate();
        }
        NDArray x = run(tokens, parameters, ids, training).add(run(this.positions, parameters, positions, training));
        return dropout == null ? x : run(dropout, parameters, x, training);
    }

    /** Of rows (batch, S·T) or (batch, S·T, width) of a training. */
    private List<Reading> readings(NDArray rows) {
        Shape shape = rows.getShape();
        long fresh = shape.get(1) / config.sequences();
        return List.of(Reading.anew(rows.getManager(), shape.get(0) * config.sequences(), fresh));
    }

    /**
     * What a training computes of rows, one part after another: the embeddings, each block, and what the block as a whole
     * gives.
     *
     * @param rows as the block as a whole takes them
     */
    List<UnaryOperator<NDArray>> parts(ParameterStore parameters, NDArray rows) {
        List<UnaryOperator<NDArray>> parts = new ArrayList<>();
        parts.add(none -> {
            NDArray ids = firsts(ids(rows));
            return embedded(parameters, ids, readings(ids), true);
        });
        for (DecoderBlock block : blocks) {
            parts.add(x -> block.apply(parameters, x, readings(x), true));
        }
        parts.add(x -> logarithms(rows, output(parameters, x, true)));
        return parts;
    }

    /** (fresh, before + fresh): 0 where a token may look, −∞ at those after it. */
    static NDArray mask(NDManager manager, long fresh, long before) {
        int rows = (int) fresh;
        int columns = (int) (before + fresh);
        float[] mask = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = (int) before + i + 1; j < columns; j++) {
                mask[i * columns + j] = Float.NEGATIVE_INFINITY;
            }
        }
        return manager.create(mask, new Shape(rows, columns));
    }

    private static NDArray run(Block block, ParameterStore parameters, NDArray input, boolean training) {
        return block.forward(parameters, new NDList(input), training).singletonOrThrow();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray rows = inputs.singletonOrThrow();
        NDArray ids = firsts(ids(rows));
        NDArray hidden = hidden(parameters, ids, readings(ids), training);
        return new NDList(logarithms(rows, output(parameters, hidden, training)));
    }

    private NDArray ids(NDArray rows) {
        return rows.minimum(config.vocabulary() - 1).toType(DataType.INT64, false);
    }

    private NDArray logarithms(NDArray rows, NDArray logits) {
        NDArray known = nexts(rows).lt(config.vocabulary()).toType(DataType.FLOAT32, false);
        NDArray next = nexts(ids(rows)).expandDims(2);
        NDArray logarithms = logits.logSoftmax(2).gather(next, 2).squeeze(2);
        return logarithms.mul(known).add(known.neg().add(1));
    }

    /** All but the last token of each sequence. */
    private NDArray firsts(NDArray rows) {
        return part(rows, ":, :, :-1");
    }

    /** All but the first token of each sequence. */
    private NDArray nexts(NDArray rows) {
        return part(rows, ":, :, 1:");
    }

    private NDArray part(NDArray rows, String which) {
        long batch = rows.getShape().get(0);
        NDArray sequences =
                rows.reshape(batch, config.sequences(), rows.getShape().get(1) / config.sequences());
        NDArray part = sequences.get(new NDIndex(which));
        return part.reshape(batch, part.getShape().size() / batch);
    }

    /** Parameters under the names of Hugging Face's checkpoints, the adapters apart. */
    Map<String, Parameter> named() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        all.put("transformer.wte.weight", only(tokens));
        all.put("transformer.wpe.weight", only(positions));
        for (int i = 0; i < blocks.size(); i++) {
            String block = "transformer.h." + i + ".";
            blocks.get(i).norms().forEach((name, layer) -> put(all, block + name, layer));
            blocks.get(i).denseLayers().forEach((name, layer) -> put(all, block + name, dense(layer)));
        }
        put(all, "transformer.ln_f", norm);
        return all;
    }

    private static Parameter only(Block block) {
        return block.getDirectParameters().valueAt(0);
    }

    private static void put(Map<String, Parameter> all, String name, Block layer) {
        all.put(name + ".weight", layer.getDirectParameters().valueAt(0));
        all.put(name + ".bias", layer.getDirectParameters().valueAt(1));
    }

    /** Layers with an adapter by their name in a checkpoint. */
    Map<String, AdaptedDense> adapters() {
        Map<String, AdaptedDense> all = new LinkedHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            String block = "transformer.h." + i + ".";
            blocks.get(i).denseLayers().forEach((name, layer) -> {
                if (layer instanceof AdaptedDense adapted) {
                    all.put(block + name, adapted);
                }
            });
        }
        return all;
    }

    /** (batch, S·(T + 1)) to (batch, S·T). */
    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), inputShapes[0].get(1) - config.sequences())};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape ids = new Shape(inputShapes[0].get(0), inputShapes[0].get(1) - config.sequences());
        Shape vectors = ids.add(config.width());
        tokens.initialize(manager, dataType, ids);
        positions.initialize(manager, dataType, ids);
        blocks.forEach(b -> b.initialize(manager, dataType, vectors));
        norm.initialize(manager, dataType, vectors);
        if (dropout != null) {
            dropout.initialize(manager, dataType, vectors);
        }
    }
}
