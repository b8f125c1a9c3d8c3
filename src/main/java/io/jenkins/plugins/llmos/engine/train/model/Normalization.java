package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer that brings each sample's activations to mean 0 and variance 1, then scales and shifts each channel. */
abstract class Normalization extends AbstractBlock implements TappedLayer {
    /** Keeps the division by a standard deviation of 0 finite, as PyTorch's layers do. */
    static final float EPSILON = 1e-5f;

    private static final byte VERSION = 1;

    private final Parameter scale;
    private final Parameter shift;
    private Tap tap = Tap.NONE;

    @SuppressWarnings("this-escape")
    Normalization() {
        super(VERSION);
        scale = addParameter(Parameter.builder()
                .setName("gamma")
                .setType(Parameter.Type.GAMMA)
                .build());
        shift = addParameter(
                Parameter.builder().setName("beta").setType(Parameter.Type.BETA).build());
    }

    @Override
    public final void setTap(Tap tap) {
        this.tap = tap;
    }

    /** Axis of the channels. */
    abstract int channelAxis(Shape input);

    /** The output for an input, with scale and shift of one value for each channel. */
    abstract NDArray apply(NDArray input, NDArray scale, NDArray shift);

    @Override
    protected final void prepare(Shape[] inputShapes) {
        Shape channels = new Shape(inputShapes[0].get(channelAxis(inputShapes[0])));
        scale.setShape(channels);
        shift.setShape(channels);
    }

    @Override
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    @Override
    protected final NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        NDArray output = apply(
                input,
                parameters.getValue(scale, input.getDevice(), training),
                parameters.getValue(shift, input.getDevice(), training));
        return new NDList(tap.pass(this, input, output));
    }

    /** Sample i's gradient of the scale is the sum over positions of g times the normalised input, of the shift that of g. */
    @Override
    public final SampleGradients sampleGradients(List<Use> uses) {
        NDManager manager = uses.get(0).gradient().getManager();
        NDArray scales = null;
        NDArray shifts = null;
        try (NDArray ones = manager.ones(scale.getArray().getShape());
                NDArray zeros = manager.zeros(scale.getArray().getShape())) {
            for (Use use : uses) {
                NDArray normal = apply(use.input(), ones, zeros);
                NDArray ofScale = perChannel(normal.muli(use.gradient()));
                NDArray ofShift = perChannel(use.gradient());
                normal.close();
                scales = scales == null ? ofScale : scales.addi(ofScale);
                shifts = shifts == null ? ofShift : shifts.addi(ofShift);
            }
        }
        Map<Parameter, NDArray> rows = new LinkedHashMap<>();
        rows.put(scale, scales);
        rows.put(shift, shifts);
        return new RowGradients(rows);
    }

    /** Sums over all but samples and channels: (batch, channels). */
    private NDArray perChannel(NDArray array) {
        Shape shape = array.getShape();
        int channels = channelAxis(shape);
        if (shape.dimension() == 2) {
            return array.duplicate();
        }
        return channels == 1
                ? array.reshape(shape.get(0), shape.get(1), -1).sum(new int[] {2})
                : Sequences.of(array).sum(new int[] {1});
    }
}
