package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import io.jenkins.plugins.llmos.engine.train.model.TappedLayer;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of a linear model on three rows, beside the same computed here in plain arithmetic. */
class TrainingStepTest {
    private static final double[][] X = {{1, 2}, {-1, 0.5}, {0.3, -2}};
    private static final double[] Y = {1, -2, 0.5};
    private static final int STEPS = 5;
    private static final double RATE = 0.05;

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "momentum", "nesterov", "adam", "adamw", "decay", "clip", "cosine"})
    void updatesAsTheFormulasSay(String rule) {
        Map<String, Object> arguments = new HashMap<>(Map.of(
                "data", "x.csv",
                "target", "y",
                "model", "logistic",
                "optimizer", "sgd",
                "learningRate", RATE,
                "epochs", STEPS,
                "output", "m"));
        switch (rule) {
            case "momentum" -> arguments.put("momentum", 0.9);
            case "nesterov" -> arguments.putAll(Map.of("momentum", 0.9, "nesterov", true));
            case "adam" -> arguments.put("optimizer", "adam");
            case "adamw" -> arguments.putAll(Map.of("optimizer", "adamw", "weightDecay", 0.1));
            case "decay" -> arguments.put("weightDecay", 0.1);
            case "clip" -> arguments.put("clipNorm", 0.5);
            case "cosine" -> arguments.put("schedule", "cosine");
            default -> {}
        }
        TrainSpec spec = TrainSpec.from(arguments, Path.of(""));
        try (Network network = Network.create(spec.model(), schema(), 1)) {
            double[] expected = weights(network);
            OptimizerState state = new OptimizerState(network.manager());
            // Parts of two rows, so that a batch's gradient is added up from two.
            TrainingStep step = new TrainingStep(network, spec, state, 2, STEPS, 1);
            double[] first = new double[3];
            double[] second = new double[3];
            for (int t = 1; t <= STEPS; t++) {
                double[] gradient = gradient(expected);
                assertEquals(loss(expected), step.run(TrainingStepTest::rows, 3), 1e-4);
                update(rule, expected, gradient, first, second, t);
                assertArrayEquals(expected, weights(network), 1e-4, "after step " + t);
            }
        }
    }

    private static void update(String rule, double[] w, double[] g, double[] m, double[] v, int t) {
        double norm = Math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
        for (int i = 0; i < 3; i++) {
            switch (rule) {
                case "sgd" -> w[i] -= RATE * g[i];
                case "momentum" -> {
                    m[i] = 0.9 * m[i] + RATE * g[i];
                    w[i] -= m[i];
                }
                case "nesterov" -> {
                    m[i] = 0.9 * m[i] + g[i];
                    w[i] -= RATE * (g[i] + 0.9 * m[i]);
                }
                case "adam", "adamw" -> {
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                    if (rule.equals("adamw")) {
                        w[i] *= 1 - RATE * 0.1;
                    }
                    w[i] -= RATE
                            * (m[i] / (1 - Math.pow(0.9, t)))
                            / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-8);
                }
                case "decay" -> w[i] -= RATE * (g[i] + 0.1 * w[i]);
                case "clip" -> w[i] -= RATE * g[i] * Math.min(1, 0.5 / norm);
                case "cosine" -> w[i] -= RATE * 0.5 * (1 + Math.cos(Math.PI * t / STEPS)) * g[i];
                default -> throw new IllegalArgumentException(rule);
            }
        }
    }

    private static BatchReader.Source rows(int from, int count) {
        return (features, targets) -> {
            for (int i = from; i < from + count; i++) {
                features.put((float) X[i][0]).put((float) X[i][1]);
                targets.put((float) Y[i]);
            }
            return count;
        };
    }

    private static double residual(double[] w, int row) {
        return w[0] * X[row][0] + w[1] * X[row][1] + w[2] - Y[row];
    }

    private static double loss(double[] w) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += Math.pow(residual(w, i), 2);
        }
        return sum / 3;
    }

    private static double[] gradient(double[] w) {
        double[] g = new double[3];
        for (int i = 0; i < 3; i++) {
            g[0] += 2 * residual(w, i) * X[i][0] / 3;
            g[1] += 2 * residual(w, i) * X[i][1] / 3;
            g[2] += 2 * residual(w, i) / 3;
        }
        return g;
    }

    private static double[] weights(Network network) {
        double[] all = new double[3];
        int at = 0;
        for (NDArray array : network.parameters().values()) {
            for (float f : array.toFloatArray()) {
                all[at++] = f;
            }
        }
        return all;
    }

    private static FeatureSchema schema() {
        Feature a = new Feature("a", FeatureSchema.Type.NUMERIC, 0, 1, List.of(), 0, 0, 0);
        Feature b = new Feature("b", FeatureSchema.Type.NUMERIC, 0, 1, List.of(), 0, 0, 0);
        return new FeatureSchema(Task.REGRESSION, List.of(a, b), "y", List.of(), 0, 1, List.of(), 0);
    }

    /** What a tap sees of a dense layer gives the layer's own gradient: the weights' is gᵀ·a, the bias' the sum of g. */
    @Test
    void tapsReachActivationsAndOutputGradients() {
        ModelSpec spec = new ModelSpec("mlp", List.of(4, 3), List.of(), 1, 0);
        try (Network network = Network.create(spec, schema(), 5);
                NDManager manager = network.manager().newSubManager()) {
            network.parameters().values().forEach(p -> p.setRequiresGradient(true));
            List<TappedLayer> layers = Models.tappedLayers(network.block());
            assertEquals(3, layers.size());
            List<NDArray> inputs = new ArrayList<>();
            List<NDArray> taps = new ArrayList<>();
            layers.forEach(layer -> layer.setTap((l, input, output) -> {
                NDArray tap = manager.zeros(output.getShape());
                tap.setRequiresGradient(true);
                inputs.add(input);
                taps.add(tap);
                return output.add(tap);
            }));
            NDArray x = manager.create(new float[] {1, 2, -1, 0.5f, 0.3f, -2}, new Shape(3, 2));
            NDArray y = manager.create(new float[] {1, -2, 0.5f});
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(network.loss(network.forward(x, true), y));
            }

            for (int i = 0; i < layers.size(); i++) {
                Dense layer = (Dense) layers.get(i);
                NDArray g = taps.get(i).getGradient();
                NDArray weight = layer.getParameters().get("weight").getArray();
                NDArray bias = layer.getParameters().get("bias").getArray();
                assertArrayEquals(
                        weight.getGradient().toFloatArray(),
                        g.transpose().matMul(inputs.get(i)).toFloatArray(),
                        1e-5f);
                assertArrayEquals(
                        bias.getGradient().toFloatArray(), g.sum(new int[] {0}).toFloatArray(), 1e-5f);
            }
        }
    }
}
