package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.LayoutType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A two-dimensional convolution of stride 1 that keeps height and width: input (batch, channels, height, width), weight
 * (filters, channels, kernel, kernel), bias (filters), output (batch, filters, height, width).
 */
public final class Convolution2d extends Convolution implements TappedLayer {
    private static final LayoutType[] LAYOUT = {
        LayoutType.BATCH, LayoutType.CHANNEL, LayoutType.HEIGHT, LayoutType.WIDTH
    };

    /** Channels from which on products of few columns are worth their calls. */
    private static final int MANY = 8;

    private final int kernel;
    private Tap tap = Tap.NONE;

    /**
     * @param filters channels of the output, at least 1
     * @param kernel height and width of the kernel, odd
     */
    public Convolution2d(int filters, int kernel) {
        super(new Builder(filters, kernel));
        this.kernel = kernel;
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
    }

    @Override
    public SampleGradients sampleGradients(List<Use> uses) {
        PairList<String, Parameter> own = getDirectParameters();
        Shape input = uses.get(0).input().getShape();
        long channels = input.get(1);
        long places = input.get(2) * input.get(3);
        long filters = uses.get(0).gradient().getShape().get(1);
        if (channels >= MANY && MatrixGradients.areFewer(places, channels * kernel * kernel, filters)) {
            NDArray weights = null;
            NDArray biases = null;
            for (Use use : uses) {
                NDArray ofWeight = shiftedProducts(use.input(), use.gradient());
                NDArray ofBias =
                        use.gradient().reshape(input.get(0), filters, -1).sum(new int[] {2});
                weights = weights == null ? ofWeight : weights.addi(ofWeight);
                biases = biases == null ? ofBias : biases.addi(ofBias);
            }
            Map<Parameter, NDArray> rows = new LinkedHashMap<>();
            rows.put(own.get("weight"), weights);
            rows.put(own.get("bias"), biases);
            return new RowGradients(rows);
        }
        return MatrixGradients.of(
                own.get("weight"),
                own.get("bias"),
                Sequences.joined(uses, u -> patches(u.input())),
                Sequences.joined(uses, u -> Sequences.ofChannels(u.gradient())));
    }

    /**
     * Each sample's gradient of the weight, (batch, filters, channels, kernel, kernel), as a product for each column of the
     * kernel. With rows laid end to end, a column's products are those of the gradients with the input shifted by as many
     * places, a view; only the kernel's rows are copies. The margins that rows are given keep them apart.
     */
    private NDArray shiftedProducts(NDArray input, NDArray gradient) {
        Shape shape = input.getShape();
        long height = shape.get(2);
        long margin = kernel / 2;
        long wide = shape.get(3) + 2 * margin;
        long places = height * wide - 2 * margin;
        NDArray padded = input.pad(new Shape(margin, margin, margin, margin), 0);
        NDList kernelRows = new NDList();
        for (int y = 0; y < kernel; y++) {
            kernelRows.add(padded.get(new NDIndex(":, :, {}:{}", y, y + height)));
        }
        NDArray stacked = NDArrays.stack(kernelRows, 2).reshape(shape.get(0), shape.get(1) * kernel, height * wide);
        NDArray gradients = gradient.pad(new Shape(0, 2 * margin), 0)
                .reshape(shape.get(0), gradient.getShape().get(1), height * wide)
                .get(new NDIndex(":, :, :{}", places));
        NDList columns = new NDList();
        for (int x = 0; x < kernel; x++) {
            columns.add(gradients.batchMatMul(
                    stacked.get(new NDIndex(":, :, {}:{}", x, x + places)).transpose(0, 2, 1)));
        }
        padded.close();
        return NDArrays.stack(columns, 3);
    }

    /** What the kernel sees at each place: (batch, height × width, channels × kernel × kernel). */
    private NDArray patches(NDArray input) {
        Shape shape = input.getShape();
        long height = shape.get(2);
        long width = shape.get(3);
        long margin = kernel / 2;
        NDArray padded = input.pad(new Shape(margin, margin, margin, margin), 0);
        NDList shifted = new NDList();
        for (int y = 0; y < kernel; y++) {
            for (int x = 0; x < kernel; x++) {
                shifted.add(padded.get(new NDIndex(":, :, {}:{}, {}:{}", y, y + height, x, x + width)));
            }
        }
        return NDArrays.stack(shifted, 2)
                .reshape(shape.get(0), shape.get(1) * kernel * kernel, height * width)
                .transpose(0, 2, 1);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray output =
                super.forwardInternal(parameters, inputs, training, options).singletonOrThrow();
        return new NDList(tap.pass(this, inputs.singletonOrThrow(), output));
    }

    @Override
    protected LayoutType[] getExpectedLayout() {
        return LAYOUT.clone();
    }

    @Override
    protected String getStringLayout() {
        return "NCHW";
    }

    @Override
    protected int numDimensions() {
        return 4;
    }

    private static final class Builder extends ConvolutionBuilder<Builder> {
        private Builder(int filters, int kernel) {
            this.filters = filters;
            kernelShape = new Shape(kernel, kernel);
            stride = new Shape(1, 1);
            padding = new Shape(kernel / 2, kernel / 2);
            dilation = new Shape(1, 1);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
