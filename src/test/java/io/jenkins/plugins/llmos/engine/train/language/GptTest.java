package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Safetensors;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder-only transformer and its files. */
class GptTest {
    private static final LoraSpec LORA = new LoraSpec(2, 3, List.of("attn.c_attn", "mlp.c_proj"));

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private Gpt tiny(LoraSpec lora) throws IOException {
        Tiny.write(folder, Tiny.CONFIG, Tiny.weights(Tiny.CONFIG));
        return Tiny.read(manager, Tiny.CONFIG.with(lora, 0), folder);
    }

    @Test
    void computesWhatAPlainComputationDoes() throws IOException {
        double[][] expected = new Reference(Tiny.CONFIG, Tiny.weights(Tiny.CONFIG)).logits(3, 0, 6, 1, 1, 5);

        float[] logits = Tiny.logits(tiny(null), manager, null, 3, 0, 6, 1, 1, 5);

        assertEquals(6 * 7, logits.length);
        for (int i = 0; i < logits.length; i++) {
            assertEquals(expected[i / 7][i % 7], logits[i], 1e-4, "score " + i);
        }
    }

    @Test
    void givesTheLogarithmOfEachTokensProbabilityAndOneWhereThereIsNoToken() throws IOException {
        double[][] scores = new Reference(Tiny.CONFIG, Tiny.weights(Tiny.CONFIG)).logits(2, 4, 0, 0, 0, 0);
        // 7 is no token of 0 to 6.
        NDArray rows = manager.create(new float[] {2, 4, 0, 7, 7, 7, 7}, new Shape(1, 7));

        float[] logarithms = tiny(null)
                .forward(new ParameterStore(manager, false), new NDList(rows), false)
                .singletonOrThrow()
                .toFloatArray();

        assertEquals(6, logarithms.length);
        int[] next = {4, 0};
        for (int t = 0; t < next.length; t++) {
            double sum = Arrays.stream(scores[t]).map(Math::exp).sum();
            assertEquals(scores[t][next[t]] - Math.log(sum), logarithms[t], 1e-4);
        }
        assertArrayEquals(new float[] {1, 1, 1, 1}, Arrays.copyOfRange(logarithms, 2, 6));
    }

    @Test
    void sequencesOfARowAreComputedAsIfTheyWereRows() throws IOException {
        float[] ids = {2, 4, 0, 6, 3, 1, 1, 5, 2, 7, 7, 7, 7, 7, 7, 0, 1, 2};
        Gpt apart = tiny(null);
        Gpt together = Tiny.read(manager, Tiny.CONFIG.withSequences(3), folder);

        float[] expected = logarithms(apart, ids, new Shape(6, 3));
        float[] found = logarithms(together, ids, new Shape(2, 9));

        assertArrayEquals(expected, found, 1e-5f);
        assertEquals(1, found[6]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void recomputedActivationsGiveTheSameGradients(double dropout) throws IOException {
        Gpt model = Tiny.read(
                manager, Tiny.CONFIG.with(null, dropout), Tiny.write(folder, Tiny.CONFIG, Tiny.weights(Tiny.CONFIG)));
        ParameterStore store = new ParameterStore(manager, false);
        model.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
        NDArray rows = manager.create(new float[] {2, 4, 0, 6, 3, 1, 1, 5, 2, 7}, new Shape(2, 5));
        UnaryOperator<NDArray> loss = output ->
                output.mul(output.lte(0).toType(DataType.FLOAT32, false)).sum();

        Map<String, float[]> expected = new LinkedHashMap<>();
        float value;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            CheckpointedBackward.PartSeed seeds = part -> Engine.getInstance().setRandomSeed(part);
            NDArray x = null;
            List<UnaryOperator<NDArray>> parts = model.parts(store, rows);
            for (int i = 0; i < parts.size(); i++) {
                seeds.set(i);
                x = parts.get(i).apply(x);
            }
            NDArray whole = loss.apply(x);
            collector.backward(whole);
            value = whole.getFloat();
        }
        model.getParameters()
                .forEach(p -> expected.put(
                        p.getKey(), p.getValue().getArray().getGradient().toFloatArray()));
        model.getParameters()
                .values()
                .forEach(p -> p.getArray().getGradient().subi(p.getArray().getGradient()));

        float found;
        try (NDManager step = manager.newSubManager()) {
            NDArray own = step.create(rows.toFloatArray(), rows.getShape());
            found = new CheckpointedBackward(model, store)
                    .run(step, own, loss, part -> Engine.getInstance().setRandomSeed(part));
        }

        assertEquals(value, found, 1e-5);
        model.getParameters()
                .forEach(p -> assertArrayEquals(
                        expected.get(p.getKey()),
                        p.getValue().getArray().getGradient().toFloatArray(),
                        1e-5f,
                        p.getKey()));
        if (dropout == 0) {
            assertArrayEquals(
                    model.forward(store, new NDList(rows), false)
                            .singletonOrThrow()
                            .toFloatArray(),
                    model.parts(store, rows).stream()
                            .reduce(null, (NDArray x, UnaryOperator<NDArray> part) -> part.apply(x), (a, b) -> b)
                            .toFloatArray(),
                    1e-6f);
        }
    }

    private float[] logarithms(Gpt model, float[] ids, Shape shape) {
        return model.forward(new ParameterStore(manager, false), new NDList(manager.create(ids, shape)), false)
                .singletonOrThrow()
                .toFloatArray();
    }

    @Test
    void aTokenSeesNoneOfThoseAfterIt() throws IOException {
        Gpt model = tiny(null);
        float[] one = Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5);
        float[] other = Tiny.logits(model, manager, null, 3, 0, 6, 2, 4, 0);

        assertArrayEquals(Arrays.copyOf(one, 3 * 7), Arrays.copyOf(other, 3 * 7));
        for (int t = 3; t < 6; t++) {
            assertNotEquals(one[t * 7], other[t * 7], "token " + t);
        }
    }

    @Test
    void readsOnWhereItWasAsIfItReadAllAtOnce() throws IOException {
        Gpt model = tiny(null);
        float[] whole = Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5);
        try (Past past = new Past(manager, Tiny.CONFIG)) {
            float[] first = Tiny.logits(model, manager, past, 3, 0);
            float[] second = Tiny.logits(model, manager, past, 6, 1, 1);
            float[] third = Tiny.logits(model, manager, past, 5);

            assertEquals(6, past.tokens(0));
            assertArrayEquals(Arrays.copyOfRange(whole, 0, 14), first, 1e-5f);
            assertArrayEquals(Arrays.copyOfRange(whole, 14, 35), second, 1e-5f);
            assertArrayEquals(Arrays.copyOfRange(whole, 35, 42), third, 1e-5f);
        }
    }

    @Test
    void adaptersChangeNothingAtFirstAndTheSameMergedAsUnmerged() throws IOException {
        float[] base = Tiny.logits(tiny(null), manager, null, 3, 0, 6, 1, 1, 5);
        Gpt model = tiny(LORA);
        assertArrayEquals(base, Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5), 1e-6f);
        train(model);
        float[] unmerged = Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5);
        assertTrue(distance(base, unmerged) > 0.1, "the adapters do nothing");

        model.adapters().values().forEach(AdaptedDense::merge);
        float[] merged = Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5);
        model.adapters().values().forEach(AdaptedDense::unmerge);

        assertArrayEquals(unmerged, merged, 1e-4f);
        assertArrayEquals(unmerged, Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5), 1e-4f);
        model.adapters().values().forEach(a -> assertThrows(IllegalStateException.class, a::unmerge));
        assertEquals(4, model.adapters().size());
    }

    @Test
    void writesAdaptersAsPartOfTheWeightsAndApart() throws IOException {
        Gpt model = tiny(LORA);
        train(model);
        float[] logits = Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5);
        Path written = Files.createDirectories(folder.resolve("written"));

        List<String> files = GptFiles.write(FileAccess.PLAIN, model, "{}", written);

        assertEquals(List.of("config.json", "tokenizer.json", "model.safetensors", "lora.safetensors"), files);
        GptConfig config = GptConfig.read(written.resolve("config.json"));
        assertEquals(Tiny.CONFIG, config);
        assertArrayEquals(
                logits, Tiny.logits(Tiny.read(manager, config, written), manager, null, 3, 0, 6, 1, 1, 5), 1e-4f);
        Safetensors.Contents adapters = Safetensors.read("The adapters", written.resolve("lora.safetensors"), manager);
        assertEquals(8, adapters.arrays().size());
        assertEquals(
                new Shape(2, 10),
                adapters.arrays()
                        .get("transformer.h.1.mlp.c_proj.lora_A.weight")
                        .getShape());
        assertEquals("2", adapters.metadata().get("r"));
        assertArrayEquals(logits, Tiny.logits(model, manager, null, 3, 0, 6, 1, 1, 5), "writing changed the model");
    }

    @Test
    void writesTheArraysThatItRead() throws IOException {
        Path written = Files.createDirectories(folder.resolve("written"));
        GptFiles.write(FileAccess.PLAIN, tiny(null), "{}", written);

        Map<String, float[]> weights = Tiny.weights(Tiny.CONFIG);
        Safetensors.Contents contents = Safetensors.read("The model", written.resolve("model.safetensors"), manager);
        assertEquals(weights.keySet(), contents.arrays().keySet());
        weights.forEach((name, values) -> {
            assertArrayEquals(values, contents.arrays().get(name).toFloatArray(), name);
            assertEquals(
                    Tiny.CONFIG.arrays().get(name), contents.arrays().get(name).getShape(), name);
        });
        assertFalse(Files.exists(written.resolve("lora.safetensors")));
    }

    @Test
    void readsCheckpointsOfTheBareTransformerWithItsMasks() throws IOException {
        Map<String, float[]> bare = new LinkedHashMap<>();
        Tiny.weights(Tiny.CONFIG).forEach((name, values) -> bare.put(name.substring("transformer.".length()), values));
        bare.put("h.0.attn.bias", new float[36]);
        Tiny.write(folder, Tiny.CONFIG, bare);
        float[] logits = Tiny.logits(Tiny.read(manager, Tiny.CONFIG, folder), manager, null, 3, 0, 6);

        assertArrayEquals(Tiny.logits(tiny(null), manager, null, 3, 0, 6), logits);
    }

    @Test
    void refusesACheckpointOfAnotherModel() throws IOException {
        refuses(w -> w.put("transformer.h.2.ln_1.weight", new float[4]), "'transformer.h.2.ln_1.weight'");
        refuses(w -> w.remove("transformer.h.1.mlp.c_fc.bias"), "no array 'transformer.h.1.mlp.c_fc.bias'");
        Tiny.write(folder, Tiny.CONFIG, Tiny.weights(Tiny.CONFIG));
        GptConfig wider = new GptConfig(7, 6, 8, 2, 2, 10, 6, 0, null);
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Tiny.read(manager, wider, folder));
        assertTrue(e.getMessage().contains("asks for (7, 8)"), e.getMessage());
    }

    private void refuses(Consumer<Map<String, float[]>> change, String words) throws IOException {
        Map<String, float[]> weights = Tiny.weights(Tiny.CONFIG);
        change.accept(weights);
        Tiny.write(folder, Tiny.CONFIG, weights);
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> Tiny.read(manager, Tiny.CONFIG, folder));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"llama\" | model_type",
                "\"activation_function\": \"relu\" | activation_function",
                "\"n_embd\": \"wide\" | a whole number",
                "\"n_embd\": 0 | n_embd",
                "\"n_layer\": 99999999999 | n_layer",
                "\"n_head\": 3, \"n_embd\": 4 | no multiple of its 3 heads",
                "\"layer_norm_epsilon\": 0.1 | layer_norm_epsilon",
                "\"layer_norm_epsilon\": [] | layer_norm_epsilon",
                "\"vocab_size\": 5, \"eos_token_id\": 5 | less than vocab_size",
                "\"tie_word_embeddings\": false | tie_word_embeddings",
            })
    void refusesAConfigurationOfAnotherKind(String json, String words) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), "{" + json + "}");

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> GptConfig.read(file));

        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    /** Gives the adapters numbers as a training would. */
    private static void train(Gpt model) {
        model.adapters().values().forEach(a -> {
            NDArray up = a.up().getDirectParameters().valueAt(0).getArray();
            NDArray change = up.getManager().arange((float) up.size()).sin().reshape(up.getShape());
            change.copyTo(up);
            change.close();
        });
    }

    private static double distance(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }
}
