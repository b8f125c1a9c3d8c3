package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;

/**
 * Features of images that nothing has to be learnt for: a scattering transform of two orders over two octaves (Bruna,
 * Mallat, "Invariant Scattering Convolution Networks", IEEE TPAMI 35(8), 2013, section 2), whose wavelets' moduli say how
 * strong strokes of a direction are around a place, and those of a second wavelet how these vary. Since no bit of the data
 * goes into it, a private training spends nothing on it and has few parameters left to add noise to (Tramèr, Boneh,
 * "Differentially Private Learning Needs Better Features (or Much More Data)", ICLR 2021, section 3).
 *
 * <p>Input (batch, channels, height, width), output (batch, channels × 81 × ⌊height/4⌋ × ⌊width/4⌋). An octave is half the
 * resolution, as in a pyramid, so that the same small Morlet wavelets of eight directions serve in every place. Each sample's
 * features are normalised in 27 groups of three channels, as Tramèr and Boneh do (Wu, He, "Group Normalization", ECCV 2018,
 * without scale and shift), which mixes no samples.
 */
final class Scattering extends AbstractBlock {
    /** Octaves are halvings, so an image must have so many pixels each way. */
    static final int LEAST_SIDE = 4;

    private static final byte VERSION = 1;
    private static final int DIRECTIONS = 8;
    private static final int BANDS = 1 + 2 * DIRECTIONS + DIRECTIONS * DIRECTIONS;
    private static final int GROUPS = BANDS / 3;
    private static final int RADIUS = 4;
    private static final int SIDE = 2 * RADIUS + 1;
    /** Deviation of a wavelet's envelope along its oscillation in pixels; across it is twice as long. */
    private static final double SIGMA = 0.8;

    private static final double FREQUENCY = 3 * Math.PI / 4;
    private static final float EPSILON = 1e-5f;
    /** Rows at once, since a row's moduli take some hundred times its own memory. */
    private static final int ROWS = 256;

    /** Bytes of features that a training keeps from epoch to epoch, or a quarter of the heap if that is less. */
    private static final long MEMORY = 1L << 30;

    /** Real parts of the wavelets, then imaginary ones, row by row. */
    private static final float[] WAVELETS = wavelets();

    private final FeatureCache cache =
            new FeatureCache(Math.min(MEMORY, Runtime.getRuntime().maxMemory() / 4));

    Scattering() {
        super(VERSION);
    }

    /** Morlet wavelets, of sum 0: a wave under a Gaussian of sum 1, less a part of that Gaussian. */
    private static float[] wavelets() {
        float[] all = new float[2 * DIRECTIONS * SIDE * SIDE];
        for (int direction = 0; direction < DIRECTIONS; direction++) {
            double cos = Math.cos(Math.PI * direction / DIRECTIONS);
            double sin = Math.sin(Math.PI * direction / DIRECTIONS);
            double[] envelope = new double[SIDE * SIDE];
            double[] real = new double[SIDE * SIDE];
            double[] imaginary = new double[SIDE * SIDE];
            for (int i = 0; i < envelope.length; i++) {
                double x = i % SIDE - RADIUS;
                double y = i / SIDE - RADIUS;
                double along = cos * x + sin * y;
                double across = (cos * y - sin * x) / 2;
                envelope[i] = Math.exp(-(along * along + across * across) / (2 * SIGMA * SIGMA));
                real[i] = envelope[i] * Math.cos(FREQUENCY * along);
                imaginary[i] = envelope[i] * Math.sin(FREQUENCY * along);
            }
            double sum = Arrays.stream(envelope).sum();
            double mean = Arrays.stream(real).sum() / sum;
            for (int i = 0; i < envelope.length; i++) {
                all[direction * envelope.length + i] = (float) ((real[i] - mean * envelope[i]) / sum);
                all[(DIRECTIONS + direction) * envelope.length + i] = (float) (imaginary[i] / sum);
            }
        }
        return all;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray images = inputs.singletonOrThrow();
        if (training && !images.hasGradient()) {
            return new NDList(learntFrom(images));
        }
        long batch = images.getShape().get(0);
        if (batch <= ROWS) {
            return new NDList(features(images));
        }
        NDList parts = new NDList();
        for (long from = 0; from < batch; from += ROWS) {
            parts.add(features(images.get(new NDIndex("{}:{}", from, Math.min(batch, from + ROWS)))));
        }
        NDArray all = NDArrays.concat(parts, 0);
        parts.close();
        return new NDList(all);
    }

    /**
     * Features of images that come again in each epoch. Each is computed alone, since its last bits depend on how many are
     * computed together, and a training that is resumed computes others together.
     */
    private NDArray learntFrom(NDArray images) {
        Shape one = images.getShape().slice(1);
        int size = Math.toIntExact(one.size());
        float[] pixels = images.toFloatArray();
        int rows = pixels.length / size;
        float[] all = null;
        int width = 0;
        for (int row = 0; row < rows; row++) {
            float[] features = cache.get(
                    Arrays.copyOfRange(pixels, row * size, (row + 1) * size),
                    image -> features(images.getManager(), image, one));
            if (all == null) {
                width = features.length;
                all = new float[Math.multiplyExact(rows, width)];
            }
            System.arraycopy(features, 0, all, row * width, width);
        }
        return inOwnMemory(images.getManager(), all, new Shape(rows, width));
    }

    private static float[] features(NDManager manager, float[] image, Shape shape) {
        try (NDManager inner = manager.newSubManager()) {
            return features(inOwnMemory(inner, image, new Shape(1).addAll(shape)))
                    .toFloatArray();
        }
    }

    /** The engine aligns its own memory, and on the alignment the last bits of what is computed depend. */
    private static NDArray inOwnMemory(NDManager manager, float[] values, Shape shape) {
        try (NDArray borrowed = manager.create(values, shape)) {
            return borrowed.duplicate();
        }
    }

    private static NDArray features(NDArray images) {
        Shape shape = images.getShape();
        NDArray result;
        try (NDManager inner = images.getManager().newSubManager()) {
            // A backward pass to the images reads the wavelets after this manager is closed.
            NDArray wavelets = images.getManager().create(WAVELETS, new Shape(2 * DIRECTIONS, 1, SIDE, SIDE));
            NDArray planes = images.reshape(-1, 1, shape.get(2), shape.get(3));
            planes.attach(inner);
            // What lies outside of an image is taken to be as its rim is, not as dark as 0 happens to be.
            NDArray plain = planes.sub(rim(planes));
            NDArray half = halved(plain);
            NDArray fine = halved(moduli(plain, wavelets));
            NDArray coarse = moduli(half, wavelets);
            NDArray second = moduli(
                    fine.reshape(-1, 1, fine.getShape().get(2), fine.getShape().get(3)), wavelets);
            second = second.reshape(
                    -1,
                    (long) DIRECTIONS * DIRECTIONS,
                    second.getShape().get(2),
                    second.getShape().get(3));
            NDArray bands = halved(NDArrays.concat(new NDList(half, fine, coarse, second), 1));
            NDArray grouped = bands.reshape(bands.getShape().get(0), GROUPS, -1);
            NDArray mean = grouped.mean(new int[] {2}, true);
            NDArray centred = grouped.sub(mean);
            NDArray deviation =
                    centred.square().mean(new int[] {2}, true).add(EPSILON).sqrt();
            result = centred.div(deviation).reshape(shape.get(0), -1);
            result.attach(images.getManager());
        }
        return result;
    }

    /** Mean of the first and last rows and columns, (planes, 1, 1, 1). */
    private static NDArray rim(NDArray planes) {
        NDList sides = new NDList(
                planes.get(new NDIndex(":, 0, 0, :")),
                planes.get(new NDIndex(":, 0, -1, :")),
                planes.get(new NDIndex(":, 0, :, 0")),
                planes.get(new NDIndex(":, 0, :, -1")));
        return NDArrays.concat(sides, 1).mean(new int[] {1}).reshape(-1, 1, 1, 1);
    }

    /** (planes, 1, height, width) to (planes, directions, height, width). */
    private static NDArray moduli(NDArray planes, NDArray wavelets) {
        NDArray both = Conv2d.conv2d(planes, wavelets, null, new Shape(1, 1), new Shape(RADIUS, RADIUS))
                .singletonOrThrow();
        NDList parts = both.split(2, 1);
        // Above 0, so that explanations find a gradient everywhere.
        NDArray moduli = parts.get(0)
                .square()
                .add(parts.get(1).square())
                .add(EPSILON * EPSILON)
                .sqrt();
        both.close();
        parts.close();
        return moduli;
    }

    private static NDArray halved(NDArray planes) {
        return Pool.avgPool2d(planes, new Shape(4, 4), new Shape(2, 2), new Shape(1, 1), false, true);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape input = inputShapes[0];
        return new Shape[] {new Shape(input.get(0), input.get(1) * BANDS * (input.get(2) / 4) * (input.get(3) / 4))};
    }
}
