package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.language.BytePairTrainer;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.TextTokenizer;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Models with the parameters that a training begins with, to measure how fast they are used. */
public final class BenchmarkModels {
    private static final int CLASSES = 10;
    private static final int MOST_IDS = 4096;
    private static final int WORDS = 10_000;
    private static final int LETTERS = 6;

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
     * Writes a language model of 4 layers and a tokenizer that is learnt from drawn words.
     *
     * @param folder that is not there yet
     * @param vocabulary ids of the model; the tokenizer has as many, but not more than 4,096 and those that it finds
     */
    public static Path writeLanguage(Path folder, int width, int vocabulary, int context) throws IOException {
        BytePairTrainer words = new BytePairTrainer();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < WORDS; i++) {
            words.add(random.ints(LETTERS, 'a', 'z' + 1)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining()));
        }
        String tokenizer = words.train(Math.min(vocabulary, MOST_IDS));
        int endOfText;
        try (TextTokenizer read = TextTokenizer.of(tokenizer, "the benchmark")) {
            endOfText = read.endOfText();
        }
        GptConfig config = new GptConfig(vocabulary, context, width, 4, 4, 4 * width, endOfText, 0, null);
        TrainSpec spec = TrainSpec.from(Map.of("data", "none.txt", "output", folder.toString()), Path.of(""));
        return write(spec, FeatureSchema.ofText("text", context + 1, config), tokenizer, folder);
    }

    private static Path write(TrainSpec spec, FeatureSchema schema, String tokenizer, Path folder) throws IOException {
        try (Network network = Network.create(spec.model(), schema, 1)) {
            ModelFolder.write(
                    FileAccess.PLAIN, network, tokenizer, spec, "a benchmark", "none", Map.of(), Map.of(), null);
        }
        return folder;
    }
}
