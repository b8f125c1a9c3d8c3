package io.jenkins.plugins.llmos.engine.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {
    /** What bfloat16, which has eight binary digits, takes for one. */
    private static final float ABOVE_ONE = 1 + 1f / 512;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void roundsWhatIsMultipliedAndGivesEveryGradientIn32Bits(Precision precision) {
        float one = precision == Precision.BF16 ? 1 : ABOVE_ONE;
        useWithoutGradients(precision);
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray input = manager.create(new float[] {ABOVE_ONE, 2}, new Shape(1, 2));
            NDArray weight = manager.create(new float[] {ABOVE_ONE, 4, 0.5f, 1}, new Shape(2, 2));
            NDArray bias = manager.create(new float[] {-3, 8});
            List<NDArray> all = List.of(input, weight, bias);
            all.forEach(a -> a.setRequiresGradient(true));

            NDArray output = precision.product(input, weight, bias);
            collector.backward(output.sum());

            assertEquals(DataType.FLOAT32, output.getDataType());
            all.forEach(a -> assertEquals(DataType.FLOAT32, a.getGradient().getDataType()));
            assertArrayEquals(new float[] {one * one + 5, one / 2 + 10}, output.toFloatArray());
            assertArrayEquals(new float[] {one + 0.5f, 5}, input.getGradient().toFloatArray());
            assertArrayEquals(new float[] {one, 2, one, 2}, weight.getGradient().toFloatArray());
            assertArrayEquals(new float[] {1, 1}, bias.getGradient().toFloatArray());
            assertEquals(ABOVE_ONE, input.toFloatArray()[0]);
        }
    }

    /** What PyTorch may learn of calls that want no gradient must not hold for those that do. */
    private static void useWithoutGradients(Precision precision) {
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int i = 0; i < 4; i++) {
                NDArray square = manager.ones(new Shape(2, 2));
                assertArrayEquals(
                        new float[] {2, 2, 2, 2},
                        precision.product(square, square, null).toFloatArray());
            }
        }
    }
}
