package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Predictor.Prediction;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizedInferenceTest {
    @TempDir
    Path folder;

    private static double largestChange(List<Prediction> one, List<Prediction> other) {
        double change = 0;
        for (int i = 0; i < one.size(); i++) {
            for (int c = 0; c < one.get(i).probabilities().size(); c++) {
                change = Math.max(
                        change,
                        Math.abs(one.get(i).probabilities().get(c)
                                - other.get(i).probabilities().get(c)));
            }
        }
        return change;
    }

    @Test
    void aScriptComputesTheSameAndEightBitsNearlySo() throws Exception {
        try (Predictor predictor = Predictor.load(BenchmarkModels.writeRows(folder.resolve("model"), 8, 32))) {
            List<float[]> rows = predictor.drawnRows(50, 3);
            List<Prediction> trained = predictor.predict(rows);
            predictor.optimize(Optimization.SCRIPT);
            assertEquals(0, largestChange(trained, predictor.predict(rows)), 1e-5);
            predictor.optimize(Optimization.INT8);
            double change = largestChange(trained, predictor.predict(rows));
            assertTrue(change > 1e-6 && change < 0.1, "probabilities change by " + change);
            Predictor.Comparison compared = predictor.compare(Optimization.INT8, rows);
            assertEquals(change, compared.largestChange(), 1e-9);
            assertTrue(compared.speedUp() > 0 && compared.otherLabels() <= 0.2, compared.toString());
            predictor.optimize(null);
            assertEquals(0, largestChange(trained, predictor.predict(rows)), 1e-6);
        }
    }

    @Test
    void otherLayersThanDenseOnesAreRefused() {
        Feature image = new Feature("image", FeatureSchema.Type.IMAGE, 0, 1, List.of(), 1, 8, 8);
        FeatureSchema schema = new FeatureSchema(
                FeatureSchema.Task.BINARY, List.of(image), "label", List.of("0", "1"), 0, 1, List.of(), 0);
        ModelSpec cnn = TrainSpec.from(
                        Map.of("data", "x-idx3-ubyte", "labels", "y-idx1-ubyte", "model", "cnn", "output", "out"),
                        Path.of(""))
                .model();
        try (Network network = Network.create(cnn, schema, 1)) {
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> network.optimize(Optimization.INT8));
            assertTrue(e.getMessage().contains("Only the models 'mlp' and 'logistic'"), e.getMessage());
        }
    }
}
