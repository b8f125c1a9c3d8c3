package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Times a training step of ours against one written by hand with DJL alone, on the same network, batch and optimiser
 * (784-512-256-10, Adam), in turns, so that both meet the same machine.
 */
public final class StepBenchmark implements AutoCloseable {
    private static final int INPUTS = 784;
    private static final List<Integer> HIDDEN = List.of(512, 256);
    private static final int CLASSES = 10;
    private static final int ROWS = 4096;

    private final int batch;
    private final float[] features = new float[ROWS * INPUTS];
    private final float[] targets = new float[ROWS];
    private final Network network;
    private final TrainingStep ours;
    private final PlainStep plain;

    /** @param batch rows of a step, 1 to 4,096 */
    public StepBenchmark(int batch) {
        this.batch = batch;
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextInt(CLASSES);
        }
        FeatureSchema schema = new FeatureSchema(
                FeatureSchema.Task.MULTICLASS,
                List.of(new FeatureSchema.Feature("image", FeatureSchema.Type.IMAGE, 0, 1, List.of(), 1, 28, 28)),
                "label",
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
                0,
                1,
                List.of(),
                0);
        TrainSpec spec = TrainSpec.from(
                Map.of(
                        "data", "x-idx3-ubyte",
                        "labels", "y-idx1-ubyte",
                        "model", "mlp",
                        "hidden", HIDDEN,
                        "batch", batch,
                        "output", "unused"),
                Path.of(""));
        network = Network.create(spec.model(), schema, spec.seed());
        ours = new TrainingStep(
                network, spec, new OptimizerState(network.manager()), batch, Integer.MAX_VALUE, ROWS / batch);
        plain = new PlainStep(layers(), new Shape(1, INPUTS), batch);
    }

    /**
     * Times of a series of steps.
     *
     * @param median in milliseconds
     * @param first median of the first tenth of the steps
     * @param last median of the last tenth
     */
    public record Times(double median, double first, double last) {
        private static Times of(double[] millis) {
            int tenth = Math.max(1, millis.length / 10);
            return new Times(
                    Timing.median(millis),
                    Timing.median(Arrays.copyOf(millis, tenth)),
                    Timing.median(Arrays.copyOfRange(millis, millis.length - tenth, millis.length)));
        }
    }

    /**
     * Times both, a few steps of one and a few of the other in turns.
     *
     * @param steps of each that count, after a tenth as many that do not
     * @return times by {@code llmos} and {@code plain}
     */
    public Map<String, Times> compare(int steps) {
        int turn = 10;
        double[] oursMillis = new double[steps];
        double[] plainMillis = new double[steps];
        int warmup = Math.max(20, steps / 10);
        for (int i = 0; i < warmup; i++) {
            oneOfOurs(i);
            onePlain(i);
        }
        for (int from = 0; from < steps; from += turn) {
            for (int i = from; i < Math.min(steps, from + turn); i++) {
                long start = System.nanoTime();
                oneOfOurs(i);
                oursMillis[i] = (System.nanoTime() - start) / 1e6;
            }
            for (int i = from; i < Math.min(steps, from + turn); i++) {
                long start = System.nanoTime();
                onePlain(i);
                plainMillis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Map<String, Times> times = new LinkedHashMap<>();
        times.put("llmos", Times.of(oursMillis));
        times.put("plain", Times.of(plainMillis));
        return times;
    }

    /**
     * Takes many steps of ours, to see whether time or memory grows.
     *
     * @param watch called after each tenth with the number of steps taken
     */
    public Times endure(int steps, Consumer<Integer> watch) {
        double[] millis = new double[steps];
        for (int i = 0; i < steps; i++) {
            long start = System.nanoTime();
            oneOfOurs(i);
            millis[i] = (System.nanoTime() - start) / 1e6;
            if ((i + 1) % Math.max(1, steps / 10) == 0) {
                watch.accept(i + 1);
            }
        }
        return Times.of(millis);
    }

    private void oneOfOurs(int step) {
        ours.run((from, count) -> (f, t) -> fill(step, from, count, f, t), batch);
    }

    private void onePlain(int step) {
        plain.run((f, t) -> fill(step, 0, batch, f, t));
    }

    private int fill(int step, int from, int count, FloatBuffer f, FloatBuffer t) {
        int first = firstRow(step) + from;
        f.put(features, first * INPUTS, count * INPUTS);
        t.put(targets, first, count);
        return count;
    }

    private int firstRow(int step) {
        return (int) ((long) step * batch % (ROWS - batch + 1));
    }

    @Override
    public void close() {
        network.close();
        plain.close();
    }

    private static Block layers() {
        SequentialBlock layers = new SequentialBlock();
        for (int width : HIDDEN) {
            layers.add(Linear.builder().setUnits(width).build());
            layers.add(Activation.reluBlock());
        }
        return layers.add(Linear.builder().setUnits(CLASSES).build());
    }
}
