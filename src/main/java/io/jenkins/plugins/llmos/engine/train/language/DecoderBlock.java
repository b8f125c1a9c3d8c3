package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.LayerNorm;
import io.jenkins.plugins.llmos.engine.train.model.Scaled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One block of GPT-2: attention to what came before, then two dense layers, each behind a norm and beside a residual
 * (Radford et al., 2019, section 2.3). Input and output (batch, T, width), or (batch, S·T, width) of S sequences.
 */
final class DecoderBlock extends AbstractBlock {
    private static final byte VERSION = 1;
    /** 2·√(2/π), and 0.044715 times it: x·σ(2u) is x/2·(1 + tanh u). */
    private static final double SLOPE = 2 * Math.sqrt(2 / Math.PI);

    private static final double CUBE = 0.044715 * SLOPE;

    private final int index;
    private final int heads;
    private final long width;
    private final long inner;
    private final LayerNorm attentionNorm = addChildBlock("ln_1", new LayerNorm());
    private final LayerNorm denseNorm = addChildBlock("ln_2", new LayerNorm());
    private final Map<String, Block> dense = new LinkedHashMap<>();
    private final Block dropout;

    @SuppressWarnings("this-escape")
    DecoderBlock(GptConfig config, int index) {
        super(VERSION);
        this.index = index;
        heads = config.heads();
        width = config.width();
        inner = config.inner();
        add("attn.c_attn", 3 * width, config.lora());
        add("attn.c_proj", width, config.lora());
        add("mlp.c_fc", inner, config.lora());
        add("mlp.c_proj", width, config.lora());
        dropout = config.dropout() == 0
                ? null
                : addChildBlock(
                        "dropout",
                        Dropout.builder().optRate((float) config.dropout()).build());
    }

    private void add(String name, long units, LoraSpec lora) {
        Block layer = lora != null && lora.targets().contains(name) ? new AdaptedDense(units, lora) : new Dense(units);
        dense.put(name, addChildBlock(name, layer));
    }

    /** The two norms by name, always in this order, so that files are the same from process to process. */
    Map<String, LayerNorm> norms() {
        Map<String, LayerNorm> norms = new LinkedHashMap<>();
        norms.put("ln_1", attentionNorm);
        norms.put("ln_2", denseNorm);
        return norms;
    }

    /** The four dense layers by name, each a {@link Dense} or an {@link AdaptedDense}. */
    Map<String, Block> denseLayers() {
        return dense;
    }

    /**
     * Runs the block.
     *
     * @param input the tokens of the readings, one reading after another
     * @param readings which tokens look at each other
     */
    NDArray apply(ParameterStore parameters, NDArray input, List<Reading> readings, boolean training) {
        NDArray normal = run(attentionNorm, parameters, input, training);
        NDArray attended = input.add(dropped(parameters, attend(parameters, normal, readings, training), training));
        NDArray wide = run(dense.get("mlp.c_fc"), parameters, run(denseNorm, parameters, attended, training), training);
        NDArray narrow = run(dense.get("mlp.c_proj"), parameters, gelu(wide), training);
        return attended.add(dropped(parameters, narrow, training));
    }

    /** What is the same for each token is computed of all at once, and attention of each reading (Yu et al., 2022, section 3.2). */
    private NDArray attend(ParameterStore parameters, NDArray input, List<Reading> readings, boolean training) {
        NDArray all = run(dense.get("attn.c_attn"), parameters, input, training);
        NDList mixed = new NDList();
        for (NDArray own : Reading.parts(all, readings)) {
            mixed.add(attend(own, readings.get(mixed.size())));
        }
        NDArray joined = mixed.size() == 1 ? mixed.get(0) : NDArrays.concat(mixed);
        return run(dense.get("attn.c_proj"), parameters, joined.reshape(input.getShape()), training);
    }

    /**
     * Attention within a reading.
     *
     * @param all queries, keys and values, (…, 3 · width) of its tokens
     * @return (tokens, width)
     */
    private NDArray attend(NDArray all, Reading reading) {
        long count = reading.sequences();
        long fresh = reading.fresh();
        long size = width / heads;
        NDList parts = all.reshape(count, fresh, 3L * heads, size)
                .transpose(0, 2, 1, 3)
                .split(3, 1);
        NDArray queries = Scaled.by(parts.get(0), 1 / Math.sqrt((double) size)).reshape(count * heads, fresh, size);
        NDArray keys = parts.get(1).reshape(count * heads, fresh, size);
        NDArray values = parts.get(2).reshape(count * heads, fresh, size);
        if (reading.past() != null) {
            keys = reading.past().addKeys(index, keys);
            values = reading.past().addValues(index, values);
        }
        // A view belongs to the manager of what it shows, and the past outlives this step.
        NDArray columns = keys.transpose(0, 2, 1);
        columns.attach(all.getManager());
        NDArray scores = queries.batchMatMul(columns);
        Shape shape = scores.getShape();
        NDArray weights = reading.mask() == null
                ? scores.softmax(2)
                : scores.reshape(count, heads, fresh, shape.get(2))
                        .add(reading.mask())
                        .softmax(3)
                        .reshape(shape);
        return weights.batchMatMul(values)
                .reshape(count, heads, fresh, size)
                .transpose(0, 2, 1, 3)
                .reshape(count * fresh, width);
    }

    /** The approximation by tanh of Hendrycks, Gimpel, "Gaussian Error Linear Units", 2016, section 2. */
    private static NDArray gelu(NDArray x) {
        return x.mul(Activation.sigmoid(Scaled.by(x.square(), CUBE).add(SLOPE).mul(x)));
    }

    private NDArray dropped(ParameterStore parameters, NDArray array, boolean training) {
        return dropout == null ? array : run(dropout, parameters, array, training);
    }

    private static NDArray run(Block block, ParameterStore parameters, NDArray input, boolean training) {
        return block.forward(parameters, new NDList(input), training).singletonOrThrow();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        Shape shape = input.getShape();
        Reading reading = Reading.anew(input.getManager(), shape.get(0), shape.get(1));
        return new NDList(apply(parameters, input, List.of(reading), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape input = inputShapes[0];
        attentionNorm.initialize(manager, dataType, input);
        denseNorm.initialize(manager, dataType, input);
        dense.forEach((name, layer) -> layer.initialize(
                manager, dataType, name.equals("mlp.c_proj") ? new Shape(input.get(0), input.get(1), inner) : input));
        if (dropout != null) {
            dropout.initialize(manager, dataType, input);
        }
    }
}
