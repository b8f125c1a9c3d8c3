package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.LayoutType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A two-dimensional convolution of stride 1 that keeps height and width: input (batch, channels, height, width), weight
 * (filters, channels, kernel, kernel), bias (filters), output (batch, filters, height, width).
 */
public final class Convolution2d extends Convolution implements TappedLayer {
    private static final LayoutType[] LAYOUT = {
        LayoutType.BATCH, LayoutType.CHANNEL, LayoutType.HEIGHT, LayoutType.WIDTH
    };

    private Tap tap = Tap.NONE;

    /**
     * @param filters channels of the output, at least 1
     * @param kernel height and width of the kernel, odd
     */
    public Convolution2d(int filters, int kernel) {
        super(new Builder(filters, kernel));
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
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
