package io.jenkins.plugins.llmos.engine.train;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.CheckpointedBackward;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import io.jenkins.plugins.llmos.engine.train.script.ScriptedPerceptron;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model with its parameters' values, ready to compute. */
public final class Network implements AutoCloseable {
    /** Floats of the largest part of a batch that is in memory at once: 64 MiB. */
    private static final int FLOATS_AT_ONCE = 1 << 24;
    /** Floats of a language model's activations that are in memory at once, about: 512 MiB. */
    private static final int LANGUAGE_FLOATS_AT_ONCE = 1 << 27;

    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;
    private final FeatureSchema schema;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    /** Null unless optimised. */
    private ScriptedPerceptron scripted;

    private Network(NDManager manager, Block block, FeatureSchema schema) {
        this.manager = manager;
        this.block = block;
        this.schema = schema;
        this.store = new ParameterStore(manager, false);
        for (Pair<String, Parameter> p : block.getParameters()) {
            parameters.put(p.getKey(), p.getValue().getArray());
        }
    }

    /**
     * Builds a model and draws its initial parameters.
     *
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the model does not fit the data
     */
    public static Network create(ModelSpec spec, FeatureSchema schema, long seed) {
        boolean fromCheckpoint = spec.language() != null && spec.language().base() != null;
        if (fromCheckpoint) {
            GptFiles.requireArrays(schema.language(), spec.language().base());
        }
        Network network = of(Models.create(spec, schema), schema, seed);
        if (fromCheckpoint) {
            try {
                GptFiles.readParameters((Gpt) network.block, spec.language().base());
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        }
        return network;
    }

    /**
     * Builds a language model with the parameters of a checkpoint.
     *
     * @param folder with the file {@code model.safetensors}
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the file is damaged or not of this model
     */
    static Network ofCheckpoint(FileAccess access, FeatureSchema schema, Path folder) {
        if (!access.encrypts()) {
            GptFiles.requireArrays(schema.language(), folder);
        }
        Gpt model = new Gpt(schema.language());
        Network network = of(model, schema, 0);
        try {
            GptFiles.readParameters(access, model, folder);
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** A model of any layers, to measure. */
    static Network of(Block block, FeatureSchema schema, long seed) {
        NDManager manager = NDManager.newBaseManager();
        Engine.getInstance().setRandomSeed((int) Randomness.mix(seed, Randomness.PARAMETERS, 0));
        block.initialize(manager, DataType.FLOAT32, new Shape(1, schema.width()));
        return new Network(manager, block, schema);
    }

    /**
     * Builds a model with the parameters of a file in DJL's format.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file is not of this model
     */
    static Network load(ModelSpec spec, FeatureSchema schema, Path folder, String name)
            throws IOException, MalformedModelException {
        Block block = Models.create(spec, schema);
        NDManager manager = NDManager.newBaseManager();
        try (Model model = Model.newInstance(name)) {
            model.setBlock(block);
            model.load(folder, name);
            block.getParameters().values().forEach(p -> p.getArray().attach(manager));
        }
        return new Network(manager, block, schema);
    }

    public NDManager manager() {
        return manager;
    }

    public Block block() {
        return block;
    }

    public FeatureSchema schema() {
        return schema;
    }

    /** Parameters by name, in the model's order. */
    public Map<String, NDArray> parameters() {
        return parameters;
    }

    /** Those parameters that a training changes; the others are frozen. */
    Map<String, NDArray> trainable() {
        Map<String, NDArray> trainable = new LinkedHashMap<>();
        for (Pair<String, Parameter> p : block.getParameters()) {
            if (p.getValue().requiresGradient()) {
                trainable.put(p.getKey(), p.getValue().getArray());
            }
        }
        return trainable;
    }

    /** Numbers that a training changes. */
    long trainableCount() {
        return trainable().values().stream().mapToLong(NDArray::size).sum();
    }

    /** How many rows a training takes at once at most, so that what a step keeps in memory is bounded. */
    int rowsAtOnce() {
        GptConfig language = schema.language();
        return (int) Math.max(
                1,
                language == null
                        ? FLOATS_AT_ONCE / schema.width()
                        : LANGUAGE_FLOATS_AT_ONCE / language.floatsPerRow(schema.predictedTokensPerSequence()));
    }

    /** Whether not even one row's activations have room in what a step may keep in memory. */
    boolean isShortOfMemory() {
        return schema.language() != null
                && schema.language().floatsPerRow(schema.predictedTokensPerSequence()) > LANGUAGE_FLOATS_AT_ONCE;
    }

    /** As {@link #rowsAtOnce} with {@link #checkpointedBackward}. */
    int checkpointedRowsAtOnce() {
        return (int) Math.max(
                1,
                LANGUAGE_FLOATS_AT_ONCE
                        / schema.language().floatsPerCheckpointedRow(schema.predictedTokensPerSequence()));
    }

    /** Sets in what a training of a language model multiplies matrices, see {@link Gpt#setPrecision}. */
    void setPrecision(Precision precision) {
        ((Gpt) block).setPrecision(precision);
    }

    /** Gradients of a language model in less memory. */
    CheckpointedBackward checkpointedBackward() {
        return new CheckpointedBackward((Gpt) block, store);
    }

    public long parameterCount() {
        return parameters.values().stream().mapToLong(NDArray::size).sum();
    }

    /** Numbers that the model gives for each row, see {@link Models#outputs}. */
    public int outputs() {
        return Models.outputs(schema);
    }

    /**
     * Runs the model.
     *
     * @param rows (batch, {@code schema.width()})
     * @return (batch, outputs): logits, or standardised values for regression, or what {@link Gpt} says of each token
     */
    public NDArray forward(NDArray rows, boolean training) {
        return block.forward(store, new NDList(rows), training).singletonOrThrow();
    }

    /** The same of a model that is used and not trained, optimised if it was asked for. */
    NDArray infer(NDArray rows) {
        return scripted == null ? forward(rows, false) : scripted.forward(rows);
    }

    /**
     * Makes {@link #infer} faster.
     *
     * @param optimization null to compute as trained again
     * @throws InvalidInputException if that cannot be done with this model
     */
    void optimize(Optimization optimization) {
        ScriptedPerceptron next = null;
        if (optimization != null) {
            List<Block> children = block.getChildren().values();
            boolean dense = !schema.isImage() || children.get(0) instanceof Dense;
            if (!(block instanceof SequentialBlock) || !dense || schema.textColumns() > 0) {
                throw new InvalidInputException("Only the models 'mlp' and 'logistic' can be computed as "
                        + optimization.text() + ", whose layers are all dense. Use this one as it is.");
            }
            List<Dense> layers = children.stream()
                    .filter(Dense.class::isInstance)
                    .map(Dense.class::cast)
                    .toList();
            next = ScriptedPerceptron.of(layers, optimization, manager);
        }
        if (scripted != null) {
            scripted.close();
        }
        scripted = next;
    }

    /**
     * The mean loss of a batch: cross-entropy for classes, squared error for standardised values, for language the mean
     * over the rows of each row's mean over its tokens.
     *
     * @param output (batch, outputs)
     * @param targets (batch) of class indices or standardised values, as floats
     * @return a scalar
     */
    public NDArray loss(NDArray output, NDArray targets) {
        if (schema.task() == FeatureSchema.Task.LANGUAGE) {
            // Each row's own mean over its tokens, so that no row's loss depends on another's length.
            NDArray known = output.lte(0).toType(DataType.FLOAT32, false);
            return output.mul(known)
                    .sum(new int[] {1})
                    .div(known.sum(new int[] {1}).maximum(1))
                    .mean()
                    .neg();
        }
        if (schema.task() == FeatureSchema.Task.REGRESSION) {
            return output.squeeze(1).sub(targets).square().mean();
        }
        NDArray indices = targets.toType(DataType.INT64, false).expandDims(1);
        return output.logSoftmax(1).gather(indices, 1).mean().neg();
    }

    /**
     * Replaces parameters' values.
     *
     * @param values by name; names that are not the model's are left aside
     * @throws IllegalArgumentException if one is missing or of another shape
     */
    public void setParameters(Map<String, NDArray> values) {
        parameters.forEach((name, array) -> {
            NDArray value = values.get(name);
            if (value == null || !value.getShape().equals(array.getShape())) {
                throw new IllegalArgumentException("parameter " + name + " of shape " + array.getShape() + " has "
                        + (value == null ? "no value" : "a value of shape " + value.getShape()));
            }
            value.copyTo(array);
        });
    }

    @Override
    public void close() {
        if (scripted != null) {
            scripted.close();
        }
        manager.close();
    }
}
