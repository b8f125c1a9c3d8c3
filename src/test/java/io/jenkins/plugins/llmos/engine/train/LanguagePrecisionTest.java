package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.LoraSpec;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Language models trained in bfloat16 beside the same in 32-bit floats. The arithmetic is the same on every processor. */
class LanguagePrecisionTest {
    private static final int VOCABULARY = 50;
    private static final int CONTEXT = 12;
    private static final int BATCH = 8;
    private static final int STEPS = 12;
    /** A number rounded to eight binary digits is off by 0.002 of itself at most, and a loss is a mean of many. */
    private static final double NEAR = 0.0007;

    @ParameterizedTest(name = "adapters: {0}, recomputed: {1}")
    @CsvSource({"false, false", "false, true", "true, false"})
    void losesAboutAsMuchAsIn32BitFloats(boolean adapters, boolean recomputed) {
        double[] exact = losses(Precision.FLOAT32, adapters, recomputed);
        double[] rounded = losses(Precision.BF16, adapters, recomputed);

        assertFalse(Arrays.equals(exact, rounded));
        for (int i = 0; i < STEPS; i++) {
            assertEquals(exact[i], rounded[i], NEAR * exact[i], "step " + i);
        }
        assertTrue(exact[STEPS - 1] < exact[0] * (adapters ? 0.999 : 0.9), Arrays.toString(exact));
    }

    /** In parts of three rows, so that gradients add up. */
    private static double[] losses(Precision precision, boolean adapters, boolean recomputed) {
        TrainSpec spec = TrainSpec.from(Map.of("data", "x.txt", "output", "unused", "learningRate", 0.01), Path.of(""));
        GptConfig config = new GptConfig(
                VOCABULARY,
                CONTEXT,
                16,
                2,
                2,
                64,
                VOCABULARY - 1,
                0,
                adapters ? new LoraSpec(2, 8, LoraSpec.LAYERS) : null);
        try (Network network = Network.create(spec.model(), FeatureSchema.ofText("text", CONTEXT + 1, config), 1)) {
            network.setPrecision(precision);
            OptimizerState state = new OptimizerState(network.manager());
            TrainingStep step = new TrainingStep(network, spec, state, 3, recomputed, STEPS, STEPS);
            double[] losses = new double[STEPS];
            for (int i = 0; i < STEPS; i++) {
                losses[i] = step.run(LanguagePrecisionTest::rows, BATCH);
            }
            for (NDArray parameter : network.parameters().values()) {
                assertEquals(DataType.FLOAT32, parameter.getDataType());
            }
            try (NDArray rows = network.manager().arange((float) CONTEXT + 1).reshape(1, CONTEXT + 1);
                    NDArray trained = network.forward(rows, true);
                    NDArray used = network.forward(rows, false)) {
                network.setPrecision(Precision.FLOAT32);
                float[] plain = network.forward(rows, false).toFloatArray();
                assertArrayEquals(plain, used.toFloatArray(), "a model that is used");
                assertEquals(precision == Precision.FLOAT32, Arrays.equals(plain, trained.toFloatArray()));
            }
            return losses;
        }
    }

    private static BatchReader.Source rows(int from, int count) {
        return (features, targets) -> {
            for (int i = from; i < from + count; i++) {
                for (int t = 0; t <= CONTEXT; t++) {
                    features.put((i * 5 + t * 3) % VOCABULARY);
                }
                targets.put(0);
            }
            return count;
        };
    }
}
