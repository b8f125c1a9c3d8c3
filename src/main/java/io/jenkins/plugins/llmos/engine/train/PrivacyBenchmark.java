package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import io.jenkins.plugins.llmos.engine.privacy.random.PoissonSample;
import io.jenkins.plugins.llmos.engine.privacy.random.RandomKey;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.model.Convolution2d;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.EmbeddingTable;
import io.jenkins.plugins.llmos.engine.train.model.LayerNorm;
import io.jenkins.plugins.llmos.engine.train.model.TransformerBlock;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Times a private training step, with its sampling and its noise, against an ordinary one written by hand with DJL alone, on
 * the same network, batch size and optimiser (Adam), in turns, so that both meet the same machine.
 */
public final class PrivacyBenchmark implements AutoCloseable {
    private static final int CLASSES = 10;
    /** As many as MNIST has, for the time of sampling; the rows in memory stand for several each. */
    private static final int ROWS = 60_000;

    /** Steps of one kind in a row at most. */
    private static final int TURN = 10;

    private static final int WORDS = 1000;
    private static final int LENGTH = 128;
    private static final int WIDTH = 512;
    private static final int HEADS = 8;

    private final int batch;
    private final int width;
    private final int held;
    private final float[] features;
    private final float[] targets;
    private final int[] rows = IntStream.range(0, ROWS).toArray();
    private final int[] shuffled;
    private final PlainStep plain;
    private final Network network;
    private final OptimizerState state;
    private final PrivacyPlan plan;
    private final RandomKey key = RandomKey.secret();
    private final PrivateStep privately;
    private int plainSteps;

    /** What can be measured. */
    public enum Model {
        /** 784-512-256-10 with ReLU. */
        MLP,
        /** The convolutional network of llmosTrain on 28 × 28 pixels: 16 and 32 channels, dense 128 and 10. */
        CNN,
        /** Words of width 512, four blocks of 8 heads and inner width 2,048 (as BERT-Small), length 128. */
        TRANSFORMER
    }

    /** @param batch rows of a step, in expectation */
    public PrivacyBenchmark(Model model, int batch) {
        this.batch = batch;
        boolean words = model == Model.TRANSFORMER;
        width = words ? LENGTH : 784;
        held = Math.max(words ? 256 : 4096, 2 * batch);
        features = new float[held * width];
        targets = new float[held];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < features.length; i++) {
            features[i] = words ? random.nextInt(WORDS) : (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < held; i++) {
            targets[i] = random.nextInt(CLASSES);
        }
        shuffled = Randomness.shuffled(rows, 7, 0);
        plain = new PlainStep(layers(model, false), new Shape(1, width), batch);
        network = Network.of(layers(model, true), schema(width), 1);
        state = new OptimizerState(network.manager());
        TrainSpec spec = TrainSpec.from(
                Map.of("data", "x-idx3-ubyte", "labels", "y-idx1-ubyte", "output", "unused"), Path.of(""));
        plan = new PrivacyPlan(
                PrivacySpec.from(Map.of("dataset", "unused", "epsilon", 3, "delta", 1e-5)), ROWS, batch, 1000);
        // A sample of few and large rows may be twice as large as expected; who minds the memory takes it in parts.
        int part = words ? batch : (int) (batch + 4 * Math.ceil(Math.sqrt(batch)));
        privately = new PrivateStep(network, spec, state, plan, key, part, Integer.MAX_VALUE, 1000);
    }

    private static Block layers(Model model, boolean ours) {
        SequentialBlock layers = new SequentialBlock();
        switch (model) {
            case MLP -> {
                for (int units : List.of(512, 256)) {
                    layers.add(dense(units, ours)).add(Activation.reluBlock());
                }
            }
            case CNN -> {
                layers.add(
                        new LambdaBlock(in -> new NDList(in.singletonOrThrow().reshape(-1, 1, 28, 28)), "image"));
                for (int filters : List.of(16, 32)) {
                    layers.add(
                            ours
                                    ? new Convolution2d(filters, 3)
                                    : Conv2d.builder()
                                            .setKernelShape(new Shape(3, 3))
                                            .setFilters(filters)
                                            .optPadding(new Shape(1, 1))
                                            .build());
                    layers.add(Activation.reluBlock());
                    layers.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
                }
                layers.add(Blocks.batchFlattenBlock());
                layers.add(dense(128, ours)).add(Activation.reluBlock());
            }
            case TRANSFORMER -> {
                // DJL has no block of the same form, so the ordinary step takes ours, without taps.
                layers.add(new LambdaBlock(
                        in -> new NDList(in.singletonOrThrow().toType(DataType.INT64, false)), "words"));
                layers.add(new EmbeddingTable(WORDS, WIDTH));
                for (int i = 0; i < 4; i++) {
                    layers.add(new TransformerBlock(WIDTH, HEADS, 4 * WIDTH));
                }
                layers.add(new LayerNorm());
                layers.add(
                        new LambdaBlock(in -> new NDList(in.singletonOrThrow().mean(new int[] {1})), "mean"));
            }
        }
        return layers.add(dense(CLASSES, ours));
    }

    private static Block dense(int units, boolean ours) {
        return ours ? new Dense(units) : Linear.builder().setUnits(units).build();
    }

    private static FeatureSchema schema(int width) {
        return new FeatureSchema(
                FeatureSchema.Task.MULTICLASS,
                List.of(new FeatureSchema.Feature("row", FeatureSchema.Type.IMAGE, 0, 1, List.of(), 1, 1, width)),
                "label",
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
                0,
                1,
                List.of(),
                0);
    }

    /**
     * What came out, in milliseconds. A private step counts by the rows that it happened to draw.
     *
     * @param plain an ordinary step, median
     * @param privately a private step, median
     * @param ratio median of the ratios of neighbouring turns' median steps, which a machine that is now faster and now
     *     slower sways less
     * @param ratioOfSums all private steps over all ordinary ones, those included in which the system made a thread wait
     * @param oneByOne a private step's gradients taken one sample at a time, estimated from a few samples
     */
    public record Times(double plain, double privately, double ratio, double ratioOfSums, double oneByOne) {}

    /**
     * Times both in turns of a few steps.
     *
     * @param steps of each that count, after those of {@link Timing#warmUp}
     */
    public Times compare(int steps) {
        int turn = Math.max(1, Math.min(TURN, steps / 8));
        int turns = (steps + turn - 1) / turn;
        Timing.warmUp(() -> step(false), () -> step(true));
        double[][] ofPlain = new double[turns][turn];
        double[][] ofPrivate = new double[turns][turn];
        for (int i = 0; i < turns; i++) {
            // Neither kind always comes first.
            boolean privateFirst = i % 2 != 0;
            for (boolean ofThese : new boolean[] {privateFirst, !privateFirst}) {
                for (int k = 0; k < turn; k++) {
                    (ofThese ? ofPrivate : ofPlain)[i][k] = step(ofThese);
                }
            }
        }
        double[] ratios = IntStream.range(0, turns)
                .mapToDouble(i -> Timing.median(ofPrivate[i]) / Timing.median(ofPlain[i]))
                .toArray();
        double[] ofOne = new double[Math.min(batch, 20)];
        for (int i = 0; i < ofOne.length; i++) {
            int row = i;
            ofOne[i] = millis(() -> plain.run(source(rows, row, 1)));
        }
        return new Times(
                Timing.median(all(ofPlain)),
                Timing.median(all(ofPrivate)),
                Timing.median(ratios),
                Arrays.stream(all(ofPrivate)).sum()
                        / Arrays.stream(all(ofPlain)).sum(),
                Timing.median(ofOne) * batch);
    }

    /** Takes steps of one kind alone. */
    public void take(int steps, boolean ofPrivate) {
        for (int i = 0; i < steps; i++) {
            step(ofPrivate);
        }
    }

    /** Takes one step; returns the milliseconds that as many rows as expected would have taken. */
    private double step(boolean ofPrivate) {
        long start = System.nanoTime();
        int taken = ofPrivate ? privateStep() : plainStep();
        return (System.nanoTime() - start) / 1e6 * batch / Math.max(1, taken);
    }

    private static double millis(Runnable what) {
        long start = System.nanoTime();
        what.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double[] all(double[][] turns) {
        return Arrays.stream(turns).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Returns how many rows it took. */
    private int plainStep() {
        int first = (int) ((long) plainSteps++ * batch % (ROWS - batch + 1));
        plain.run(source(shuffled, first, batch));
        return batch;
    }

    /** Returns how many rows it sampled. */
    private int privateStep() {
        int[] sample = PoissonSample.draw(rows, plan.sampleRate(), key.stream(RandomKey.SAMPLE, state.updates()));
        privately.run((from, count) -> source(sample, from, count), sample.length);
        return sample.length;
    }

    private BatchReader.Source source(int[] wanted, int from, int count) {
        return (f, t) -> {
            for (int i = from; i < from + count; i++) {
                int row = wanted[i] % held;
                f.put(features, row * width, width);
                t.put(targets[row]);
            }
            return count;
        };
    }

    /** Parameters of the network. */
    public long parameters() {
        return network.parameters().values().stream().mapToLong(NDArray::size).sum();
    }

    @Override
    public void close() {
        privately.close();
        network.close();
        plain.close();
    }
}
