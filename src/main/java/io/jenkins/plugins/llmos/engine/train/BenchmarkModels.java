package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.language.BytePairTrainer;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Models with the parameters that a training begins with, to measure how fast they are used. */
public final class BenchmarkModels {
    private static final int CLASSES = 10;

    private BenchmarkModels() {}

    /**
     * Writes a multilayer perceptron of two hidden layers, for rows of numeric columns {@code c0}, {@code c1} and so on and
     * ten classes.
     *
     * @param folder that is not there yet
     */
    public static Path writeRows(Path folder, int columns, int hidden) throws IOException {
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            features.add(new Feature("c" + i, FeatureSchema.Type.NUMERIC, 0, 1, List.of(), 0, 0, 0));
        }
        List<String> labels =
                IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
        FeatureSchema schema =
                new FeatureSchema(FeatureSchema.Task.MULTICLASS, features, "label", labels, 0, 1, List.of(), 0);
        TrainSpec spec = TrainSpec.from(
                Map.of(
                        "data", "none.csv",
                        "target", "label",
                        "model", "mlp",
                        "hidden", List.of(hidden, hidden),
                        "output", folder.toString()),
                Path.of(""));
        return write(spec, schema, null, folder);
    }

    /**
     * Writes a language model of 4 layers and a tokenizer of bytes alone.
     *
     * @param folder that is not there yet
     */
    public static Path writeLanguage(Path folder, int width, int vocabulary, int context) throws IOException {
        BytePairTrainer letters = new BytePairTrainer();
        letters.add("a");
        GptConfig config =
                new GptConfig(vocabulary, context, width, 4, 4, 4 * width, BytePairTrainer.LEAST - 1, 0, null);
        TrainSpec spec = TrainSpec.from(Map.of("data", "none.txt", "output", folder.toString()), Path.of(""));
        return write(
                spec, FeatureSchema.ofText("text", context + 1, config), letters.train(BytePairTrainer.LEAST), folder);
    }

    private static Path write(TrainSpec spec, FeatureSchema schema, String tokenizer, Path folder) throws IOException {
        try (Network network = Network.create(spec.model(), schema, 1)) {
            ModelFolder.write(
                    FileAccess.PLAIN, network, tokenizer, spec, "a benchmark", "none", Map.of(), Map.of(), null);
        }
        return folder;
    }
}
