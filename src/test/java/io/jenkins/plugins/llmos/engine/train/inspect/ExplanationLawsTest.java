package io.jenkins.plugins.llmos.engine.train.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What holds of explanations whatever the model. */
class ExplanationLawsTest {
    private static Feature numeric(String name) {
        return new Feature(name, FeatureSchema.Type.NUMERIC, 3, 2, List.of(), 0, 0, 0);
    }

    private static FeatureSchema schema(Task task, List<Feature> features, int words, int tokens) {
        List<String> labels =
                switch (task) {
                    case BINARY -> List.of("no", "yes");
                    case MULTICLASS -> List.of("a", "b", "c");
                    default -> List.of();
                };
        List<String> vocabulary = new ArrayList<>();
        for (int i = 0; i < words; i++) {
            vocabulary.add("word" + i);
        }
        return new FeatureSchema(task, features, "t", labels, 10, 4, vocabulary, tokens);
    }

    private static final List<Feature> TABLE = List.of(
            numeric("x"),
            new Feature("c", FeatureSchema.Type.CATEGORICAL, 0, 1, List.of("p", "q"), 0, 0, 0),
            numeric("y"));

    private static Network network(String kind, FeatureSchema schema, long seed) {
        return Network.create(new ModelSpec(kind, List.of(9), List.of(16), 5, 0), schema, seed);
    }

    private static float[] row(FeatureSchema schema, Random random) {
        float[] row = new float[schema.width() + 1];
        for (int i = 0; i < schema.denseWidth(); i++) {
            row[i] = (float) (2 * random.nextGaussian());
        }
        for (int i = schema.denseWidth(); i < schema.width(); i++) {
            row[i] = random.nextInt(schema.vocabularySize());
        }
        return row;
    }

    @Property(tries = 25)
    void partsAddUp(@ForAll @IntRange(max = 3) int which, @ForAll @IntRange(max = 10_000) int seed) {
        FeatureSchema schema =
                switch (which) {
                    case 0 -> schema(Task.MULTICLASS, TABLE, 0, 0);
                    case 1 -> schema(Task.REGRESSION, TABLE, 0, 0);
                    case 2 -> schema(Task.BINARY, List.of(numeric("x"), text()), 20, 6);
                    default ->
                        schema(
                                Task.MULTICLASS,
                                List.of(new Feature("image", FeatureSchema.Type.IMAGE, 30, 60, List.of(), 1, 6, 6)),
                                0,
                                0);
                };
        try (Network network = network(List.of("mlp", "mlp", "text", "cnn").get(which), schema, seed)) {
            float[] row = row(schema, new Random(seed));
            int output = schema.classes() == 0 ? 0 : seed % schema.classes();
            IntegratedGradients.Attribution a = new IntegratedGradients(network).of(row, output);
            Answers said = Answers.of(network, List.of(row));
            assertEquals(said.score(0, output), a.value(), 1e-4);
            // Parts may cancel, so that a total near 0 is no measure of how exact they are.
            double size = Arrays.stream(a.parts()).map(Math::abs).sum();
            assertTrue(
                    a.isComplete() || a.gap() < 0.03 * size,
                    () -> "misses " + (a.value() - a.baseline()) + " by " + a.gap() + " of " + size);
        }
    }

    private static Feature text() {
        return new Feature("note", FeatureSchema.Type.TEXT, 0, 1, List.of(), 0, 0, 0);
    }

    @Test
    void partsOfALanguageModelAddUpAndTheFutureAddsNothing() {
        GptConfig config = new GptConfig(30, 8, 16, 2, 2, 32, 0, 0, null);
        FeatureSchema schema = FeatureSchema.ofText("text", 9, config);
        try (Network network = Network.create(new ModelSpec("gpt", List.of(), List.of(), 1, 0), schema, 3)) {
            // Larger weights than a new model's, so that there is something to explain.
            network.parameters().values().forEach(p -> p.muli(6));
            float[] row = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
            IntegratedGradients.Attribution a = new IntegratedGradients(network).of(row, 4);
            assertTrue(a.isComplete(), () -> "misses " + (a.value() - a.baseline()) + " by " + a.gap());
            assertTrue(Math.abs(a.value() - a.baseline()) > 0.05);
            for (int t = 5; t < 8; t++) {
                assertEquals(0, a.parts()[t], 1e-9, "token " + t + " comes after what is explained");
            }
        }
    }

    @Test
    void aColumnThatIsNotUsedDoesNotMatter() {
        FeatureSchema schema = schema(Task.BINARY, TABLE, 0, 0);
        try (Network network = network("logistic", schema, 1)) {
            NDArray weight = network.parameters().values().iterator().next();
            // (classes, width): the numeric columns are the first float and the last.
            weight.set(new float[] {-2, 0.3f, -0.3f, 0, 2, -0.3f, 0.3f, 0});
            Random random = new Random(2);
            List<float[]> rows = new ArrayList<>();
            float[] targets = new float[200];
            for (int i = 0; i < 200; i++) {
                float[] row = row(schema, random);
                targets[i] = row[0] > 0 ? 1 : 0;
                rows.add(row);
            }
            List<PermutationImportance.Importance> importance = PermutationImportance.of(network, rows, targets, 3, 7);
            assertEquals("x", importance.get(0).column());
            assertTrue(importance.get(0).loss() > 0.5, importance::toString);
            PermutationImportance.Importance y = importance.stream()
                    .filter(i -> i.column().equals("y"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(0, y.loss(), 1e-7);
            double[] parts = new IntegratedGradients(network).of(rows.get(0), 1).parts();
            assertEquals(0, parts[3], 1e-7);
        }
    }
}
