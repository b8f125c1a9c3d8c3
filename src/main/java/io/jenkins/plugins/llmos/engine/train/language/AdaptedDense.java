package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.Scaled;

/**
 * A linear layer with a low-rank adapter beside it (Hu et al., ICLR 2022, section 4.1): W x + b + scale · B A x, with A
 * drawn at random and B zero, so that it starts as the layer alone. Input (batch, T, in), output (batch, T, units).
 */
final class AdaptedDense extends AbstractBlock {
    private static final byte VERSION = 1;
    private static final float DEVIATION = 0.02f;

    private final Dense base;
    private final Dense down;
    private final Dense up;
    private final long units;
    private final double scale;
    private boolean merged;

    @SuppressWarnings("this-escape")
    AdaptedDense(long units, LoraSpec lora) {
        super(VERSION);
        this.units = units;
        this.scale = lora.scale();
        base = addChildBlock("base", new Dense(units));
        down = addChildBlock("down", new Dense(lora.rank(), false));
        up = addChildBlock("up", new Dense(units, false));
    }

    Dense base() {
        return base;
    }

    Dense down() {
        return down;
    }

    Dense up() {
        return up;
    }

    /** To be called after other initialisers of the model were set. */
    void setInitializers() {
        down.setInitializer(new NormalInitializer(DEVIATION), Parameter.Type.WEIGHT);
        up.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
    }

    /** Adds the adapter to the weight, and computes without it from now on. */
    void merge() {
        shift(1);
        merged = true;
    }

    /** Takes the adapter out of the weight again. */
    void unmerge() {
        shift(-1);
        merged = false;
    }

    private void shift(int sign) {
        if (merged == sign > 0) {
            throw new IllegalStateException(merged ? "merged already" : "not merged");
        }
        try (NDArray change = change()) {
            weight(base).addi(change.muli(sign));
        }
    }

    /** scale · B A, of the weight's shape; the caller closes it. */
    NDArray change() {
        return weight(up).matMul(weight(down)).muli(scale);
    }

    private static NDArray weight(Dense layer) {
        return layer.getDirectParameters().get("weight").getArray();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray output = base.forward(parameters, inputs, training).singletonOrThrow();
        if (merged) {
            return new NDList(output);
        }
        NDArray low = down.forward(parameters, inputs, training).singletonOrThrow();
        NDArray adapted = up.forward(parameters, new NDList(Scaled.by(low, scale)), training)
                .singletonOrThrow();
        return new NDList(output.add(adapted));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape input = inputShapes[0];
        return new Shape[] {input.slice(0, input.dimension() - 1).add(units)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        base.initialize(manager, dataType, inputShapes[0]);
        down.initialize(manager, dataType, inputShapes[0]);
        up.initialize(manager, dataType, down.getOutputShapes(new Shape[] {inputShapes[0]})[0]);
    }
}
