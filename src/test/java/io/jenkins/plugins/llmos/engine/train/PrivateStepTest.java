package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.random.RandomKey;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a step does to the parameters; on a fixed key, so it passes always or never. */
class PrivateStepTest {
    /** Two-sided normal quantile of an error rate of 1e-6. */
    private static final double Z = 4.892;
    /** More parameters than the noise that is made at once. */
    private static final int WIDTH = 2100;

    private static final int BATCH = 32;
    private static final int STEPS = 2;

    /** A step on an empty sample of plain gradient descent at rate 1 subtracts the noise alone: σC over the expected batch. */
    @Test
    void everyParameterGetsNoiseOfItsOwnOfTheRightVariance() {
        TrainSpec spec = TrainSpec.from(
                Map.of("data", "x.csv", "target", "y", "optimizer", "sgd", "learningRate", 1, "output", "unused"),
                Path.of(""));
        PrivacyPlan plan = new PrivacyPlan(
                PrivacySpec.from(Map.of("dataset", "d", "epsilon", 3, "delta", 1e-5, "clip", 0.5)), 10_000, BATCH, 100);
        List<float[]> weights = new ArrayList<>();
        try (Network network = Network.of(new Dense(WIDTH), schema(), 1)) {
            OptimizerState state = new OptimizerState(network.manager());
            try (PrivateStep step =
                    new PrivateStep(network, spec, state, plan, RandomKey.ofSeed(9), BATCH, STEPS, STEPS)) {
                weights.add(weights(network));
                for (int i = 0; i < STEPS; i++) {
                    step.run(
                            (from, count) -> {
                                throw new AssertionError("an empty sample is read");
                            },
                            0);
                    weights.add(weights(network));
                }
            }
        }
        double deviation = plan.noiseMultiplier() * plan.spec().clip() / BATCH;
        int pieces = 50;
        int size = weights.get(0).length;
        double products = 0;
        for (int piece = 0; piece < pieces; piece++) {
            int from = (int) ((long) size * piece / pieces);
            int to = (int) ((long) size * (piece + 1) / pieces);
            double squares = 0;
            for (int i = from; i < to; i++) {
                double first = (weights.get(1)[i] - weights.get(0)[i]) / deviation;
                squares += first * first;
                products += first * (weights.get(2)[i] - weights.get(1)[i]) / deviation;
            }
            // The grid's rounding is paid for by a little more noise, less than a part in a thousand here.
            double error = Z * Math.sqrt(2.0 / (to - from)) + 2e-3;
            assertEquals(1, squares / (to - from), error, "variance from parameter " + from + " of " + size);
        }
        assertTrue(Math.abs(products) < Z * Math.sqrt((double) size), "two steps share noise");
    }

    private static float[] weights(Network network) {
        return network.parameters().values().stream()
                .filter(array -> array.size() > WIDTH)
                .findFirst()
                .orElseThrow()
                .toFloatArray();
    }

    private static FeatureSchema schema() {
        return new FeatureSchema(
                FeatureSchema.Task.MULTICLASS,
                List.of(new FeatureSchema.Feature("row", FeatureSchema.Type.IMAGE, 0, 1, List.of(), 1, 1, WIDTH)),
                "label",
                IntStream.range(0, WIDTH).mapToObj(Integer::toString).toList(),
                0,
                1,
                List.of(),
                0);
    }
}
