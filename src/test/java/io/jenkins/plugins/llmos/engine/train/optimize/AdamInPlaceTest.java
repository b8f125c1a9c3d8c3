package io.jenkins.plugins.llmos.engine.train.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's Adam beside DJL's. */
class AdamInPlaceTest {
    private static Optimizer djl(String kind, float decay) {
        Tracker rate = Tracker.fixed(0.01f);
        return kind.equals("adam")
                ? Optimizer.adam()
                        .optLearningRateTracker(rate)
                        .optBeta1(0.85f)
                        .optBeta2(0.99f)
                        .optWeightDecays(decay)
                        .build()
                : Optimizer.adamW()
                        .optLearningRateTracker(rate)
                        .optBeta1(0.85f)
                        .optBeta2(0.99f)
                        .optWeightDecays(decay)
                        .build();
    }

    @ParameterizedTest
    @CsvSource({"adam, 0", "adam, 0.1", "adamw, 0", "adamw, 0.1"})
    void movesParametersAsDjlDoes(String kind, double decay) {
        try (NDManager manager = NDManager.newBaseManager()) {
            OptimizerState state = new OptimizerState(manager);
            Optimizer ours = Optimizers.create(
                    new OptimizerSpec(kind, 0.01, 0, false, 0.85, 0.99, decay, "constant", 0, 1, 1, 0), state, 100, 10);
            Optimizer theirs = djl(kind, (float) decay);
            NDArray mine = manager.randomNormal(new Shape(7, 5));
            NDArray other = mine.duplicate();
            for (int step = 0; step < 20; step++) {
                NDArray gradient =
                        manager.randomNormal(new Shape(7, 5)).muli(step == 3 ? 0 : Math.pow(10, step % 5 - 2.0));
                state.nextUpdate();
                ours.update("w", mine, gradient.duplicate());
                theirs.update("w", other, gradient);

                assertArrayEquals(other.toFloatArray(), mine.toFloatArray(), 2e-5f, kind + " after step " + step);
            }
        }
    }
}
