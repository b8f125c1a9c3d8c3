package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Language models from their text to their folder. */
class LanguageTrainingTest {
    private static final String VERSE = "one two three four five six seven eight nine ten\n";

    /** A model that knows the verse, and its result. */
    @TempDir
    private static Path shared;

    private static Map<String, Object> learnt;

    @TempDir
    private Path folder;

    private Path text;

    @BeforeAll
    static void learn() throws IOException {
        Path text = Fixtures.write(shared.resolve("verse.txt"), VERSE.repeat(150));
        learnt = run(shared, spec(shared, text, "model", "epochs=12 learningRate=0.01 schedule=cosine"), 1 << 30);
    }

    @BeforeEach
    void write() {
        text = Fixtures.write(folder.resolve("verse.txt"), VERSE.repeat(30));
    }

    private static TrainSpec spec(Path folder, Path data, String output, String arguments) {
        List<Object> all = new ArrayList<>(List.of("data", data, "output", output, "batch", 8));
        if (!arguments.contains("from=")) {
            all.addAll(List.of("layers", 1, "heads", 2, "width", 16, "context", 16, "vocabulary", 300));
        }
        Arrays.stream(arguments.split(" ")).filter(a -> !a.isEmpty()).forEach(a -> {
            String name = a.substring(0, a.indexOf('='));
            String value = a.substring(name.length() + 1);
            all.add(name);
            all.add(name.matches("lora|privacy") ? Json.parse(value, Map.class) : value);
        });
        return Fixtures.spec(folder, all.toArray());
    }

    private TrainSpec spec(String output, String arguments) {
        return spec(folder, text, output, arguments);
    }

    private static ControlFolder control(Path folder, TrainSpec spec) {
        return new ControlFolder(folder.resolve("control-" + spec.output().getFileName()));
    }

    /** Returns the result, or null if the training left after some steps. */
    private static Map<String, Object> run(Path folder, TrainSpec spec, int steps) throws IOException {
        ControlFolder control = control(folder, spec);
        control.prepare(spec);
        int[] left = {steps};
        try (EventLog events = new EventLog(control.events());
                PreparedData data = PreparedData.prepare(FileAccess.PLAIN, spec, control.cache());
                TrainingLoop loop =
                        new TrainingLoop(FileAccess.PLAIN, spec, data, control, events, () -> left[0]-- <= 0, 1)) {
            return loop.run();
        }
    }

    private Map<String, Object> run(TrainSpec spec) throws IOException {
        return run(folder, spec, Integer.MAX_VALUE);
    }

    private static String generate(Path model, String prompt, int tokens) {
        StringBuilder made = new StringBuilder();
        try (TextGenerator generator = TextGenerator.load(FileAccess.PLAIN, model)) {
            generator.generate(prompt, tokens, new Sampling(0, 0, 1, 1), made::append);
        }
        return made.toString();
    }

    private static List<TrainingEvent> events(Path folder, String output) throws IOException {
        return Files.readAllLines(folder.resolve("control-" + output + "/events.jsonl")).stream()
                .map(line -> Json.parse(line, TrainingEvent.class))
                .toList();
    }

    @Test
    void learnsATextAndGoesOnWithIt() throws IOException {
        double perplexity = (double) learnt.get("perplexity");
        assertTrue(perplexity >= 1 && perplexity < 1.5, learnt.toString());
        assertTrue((long) learnt.get("tokensPerSecond") > 0);
        assertEquals(learnt.get("parameters"), learnt.get("trainedParameters"));
        List<Double> validation = events(shared, "model").stream()
                .filter(e -> e.type() == TrainingEvent.Type.EPOCH)
                .map(e -> e.metrics().get("perplexity"))
                .toList();
        assertEquals(12, validation.size());
        assertTrue(validation.get(0) > 2 * validation.get(11), validation.toString());

        Path model = shared.resolve("model");
        // Longer than the context of 16 tokens, so that it is read anew on the way.
        assertTrue(generate(model, "one two three", 60).startsWith(" four five six seven eight nine ten\none two"));
        assertEquals(perplexity, ModelFolder.readCard(model).metrics().get("perplexity"));
    }

    @Test
    void writesACheckpointThatIsReadAlsoWithoutTheCard() throws IOException {
        Path bare = Files.createDirectories(folder.resolve("bare"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.copy(shared.resolve("model").resolve(file), bare.resolve(file));
        }
        assertEquals(generate(shared.resolve("model"), "five", 20), generate(bare, "five", 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
    void refusesADamagedModel(String file) throws IOException {
        Path model = copy(shared.resolve("model"), "damaged");
        Files.writeString(model.resolve(file), "x");

        String message = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, model))
                .getMessage();

        assertTrue(message.contains("damaged") && message.contains(file), message);
        String predict = assertThrows(InvalidInputException.class, () -> Predictor.load(shared.resolve("model")))
                .getMessage();
        assertTrue(predict.contains("llmos generate"), predict);
    }

    @ParameterizedTest(name = "{0}, leaving every {1} steps")
    @CsvSource({
        "dropout=0.2 epochs=2 optimizer=adamw schedule=cosine, 3",
        "packing=false epochs=3 patience=1 clipNorm=1, 5",
        "epochs=2 activationCheckpointing=true dropout=0.2 clipNorm=1, 3",
        "epochs=2 from=base lora={\"rank\":2;\"targets\":\"all\"} dropout=0.1, 2",
    })
    void goesOnBitForBit(String arguments, int every) throws IOException {
        copy(shared.resolve("model"), "base");
        String all = arguments.replace(';', ',');
        TrainSpec straight = spec("straight", all);
        Map<String, Object> once = run(straight);
        TrainSpec broken = spec("broken", all);
        Map<String, Object> pieces = null;
        int attempts = 0;
        while (pieces == null) {
            attempts++;
            assertTrue(attempts < 100, "the training does not get on");
            pieces = run(folder, broken, every);
        }
        assertTrue(attempts > 1, "never interrupted");
        for (String file : List.of("model.safetensors", "tokenizer.json", "config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(straight.output().resolve(file)),
                    Files.readAllBytes(broken.output().resolve(file)),
                    file);
        }
        assertEquals(once.get("perplexity"), pieces.get("perplexity"));
    }

    @Test
    void adaptersLeaveTheRestOfTheBaseAsItWas() throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Map<String, Object> result = run(spec("tuned", "from=base lora={\"rank\":2} epochs=2 learningRate=0.01"));

        assertEquals(2L * (16 + 48), result.get("trainedParameters"));
        assertEquals(Set.of("transformer.h.0.attn.c_attn.weight"), differing(base, folder.resolve("tuned")));
        assertTrue(Files.exists(folder.resolve("tuned/lora.safetensors")));
        assertTrue(generate(folder.resolve("tuned"), "one two", 30).startsWith(" three"));
        assertTrue(generate(base, "one two", 30).startsWith(" three"));
    }

    @Test
    void goesOnFromACheckpointWithAllOfIt() throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        text = Fixtures.write(
                folder.resolve("other.txt"), "ten nine eight seven six five four three two one\n".repeat(60));
        // Backwards it knows nothing.
        Map<String, Object> before = run(spec("before", "from=base epochs=1 learningRate=1e-9"));
        Map<String, Object> after = run(spec("after", "from=base epochs=12 learningRate=0.01 context=12"));

        assertTrue((double) before.get("perplexity") > 20, before.toString());
        assertTrue((double) after.get("perplexity") < 5, after.toString());
        assertTrue(differing(base, folder.resolve("after")).contains("transformer.wte.weight"));
        assertEquals(
                Files.readString(base.resolve("tokenizer.json")),
                Files.readString(folder.resolve("after/tokenizer.json")));
        assertFalse(Files.exists(folder.resolve("after/lora.safetensors")));
    }

    @Test
    void refusesToGoOnWhenTheBaseHasChanged() throws IOException {
        copy(shared.resolve("model"), "base");
        TrainSpec spec = spec("tuned", "from=base");
        assertNull(run(folder, spec, 2));
        Path config = folder.resolve("base/config.json");
        Files.writeString(config, Files.readString(config) + "\n");

        String message =
                assertThrows(InvalidInputException.class, () -> run(spec)).getMessage();

        assertTrue(message.contains("the model or tokenizer that the training began with"), message);
    }

    @Test
    void learnsTheSameFromJsonLinesAndFromACsvColumn() throws IOException {
        StringBuilder lines = new StringBuilder();
        StringBuilder csv = new StringBuilder("id,body\n");
        for (int i = 0; i < 120; i++) {
            String document = i % 2 == 0 ? "a whale, a ship" : "the sea";
            lines.append("{\"body\": \"").append(document).append("\"}\n");
            csv.append(i).append(",\"").append(document).append("\"\n");
        }
        text = Fixtures.write(folder.resolve("d.jsonl"), lines);
        Map<String, Object> one = run(spec("one", "text=body packing=false epochs=1"));
        text = Fixtures.write(folder.resolve("d.csv"), csv);
        Map<String, Object> two = run(spec("two", "text=body packing=false epochs=1 model=gpt"));

        assertEquals(one.get("perplexity"), two.get("perplexity"));
        assertTrue(differing(folder.resolve("one"), folder.resolve("two")).isEmpty());
    }

    @Test
    void takesAForeignTokenizer() throws IOException {
        Files.copy(shared.resolve("model/tokenizer.json"), folder.resolve("tokens.json"));
        TrainSpec spec = Fixtures.spec(
                folder, "data", text, "output", "m", "tokenizer", "tokens.json", "epochs", 1, "width", 16, "layers", 1);
        run(spec);
        assertEquals(
                Files.readString(folder.resolve("tokens.json")), Files.readString(folder.resolve("m/tokenizer.json")));
    }

    @Test
    void trainsPrivatelyBySequence() throws IOException {
        copy(shared.resolve("model"), "base");
        String privacy =
                "privacy={\"dataset\":\"verse\",\"epsilon\":3,\"delta\":1e-5,\"testSeed\":1,\"public\":\"validation,test\"}";
        Map<String, Object> result = run(spec("private", "epochs=2 " + privacy));
        Map<String, Object> tuned =
                run(spec("tuned", "epochs=2 from=base lora={\"rank\":2,\"targets\":\"all\"} " + privacy));

        assertEquals("one sequence of at most 17 tokens added or removed", result.get("neighbours"));
        assertTrue(result.get("treatedAsPublic").toString().contains("the tokenizer"), result.toString());
        assertTrue((double) result.get("epsilon") <= 3 && (double) result.get("epsilon") > 2, result.toString());
        assertTrue((double) result.get("perplexity") > 1);
        assertFalse(tuned.get("treatedAsPublic").toString().contains("the tokenizer"), tuned.toString());
        assertNotEquals(Set.of(), differing(folder.resolve("base"), folder.resolve("tuned")));
        assertEquals(
                4, differing(folder.resolve("base"), folder.resolve("tuned")).size());
    }

    @Test
    void trainsPrivatelyByAuthor() throws IOException {
        StringBuilder lines = new StringBuilder("author,text\n");
        for (int i = 0; i < 200; i++) {
            lines.append("author").append(i % 40).append(',').append(VERSE);
        }
        Path authors = Fixtures.write(folder.resolve("authors.csv"), lines.toString());
        String privacy =
                " privacy={\"dataset\":\"verse\",\"epsilon\":3,\"delta\":1e-3,\"testSeed\":1,\"public\":\"validation,test\"}";
        TrainSpec spec = spec(
                folder, authors, "private", "model=gpt epochs=2 unit=author unitSequences=2 validation=0.2" + privacy);

        Map<String, Object> result = run(spec);

        assertEquals("author", result.get("unit"));
        assertEquals(
                "all text of one 'author' added or removed, of which at most 2 sequences of at most 17 tokens are"
                        + " learnt",
                result.get("neighbours"));
        // 40 authors: 28 to train on, of whom 8 are taken for a step on average.
        assertEquals(8 / 28.0, (double) result.get("sampleRate"), 1e-9);
        assertTrue((double) result.get("epsilon") <= 3, result.toString());
        assertTrue((double) result.get("perplexity") > 1, result.toString());
        assertFalse(generate(folder.resolve("private"), "one two", 5).isEmpty());
        assertEquals(
                "author",
                ModelFolder.readCard(folder.resolve("private")).result().get("unit"));
    }

    @Test
    void readsEncryptedTextAndWritesNoClearModel() throws IOException {
        Vault vault = new Vault(
                EncryptionKey.parse(EncryptionKey.generate(), "the test"),
                new Origin("job", "1"),
                Sensitivity.INTERNAL);
        Map<String, Object> clear = run(spec("clear", "epochs=1"));
        Encryption.encrypt(new Encryption.Selection(folder, "*.txt", List.of(Path.of("verse.txt")), null), vault);
        TrainSpec spec = spec("secret", "epochs=1 key=env:KEY");
        ControlFolder control = control(folder, spec);
        control.prepare(spec);
        try (EventLog events = new EventLog(control.events());
                PreparedData data = PreparedData.prepare(vault, spec, control.cache());
                TrainingLoop loop = new TrainingLoop(vault, spec, data, control, events, () -> false, 1)) {
            assertEquals(clear.get("perplexity"), loop.run().get("perplexity"));
        }
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors", "model.json")) {
            assertTrue(Vault.isEncrypted(spec.output().resolve(file)), file);
        }
        try (TextGenerator generator = TextGenerator.load(vault, spec.output())) {
            StringBuilder made = new StringBuilder();
            generator.generate("one", 5, new Sampling(0, 0, 1, 1), made::append);
            assertEquals(generate(folder.resolve("clear"), "one", 5), made.toString());
        }
        String without = assertThrows(
                        InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, spec.output()))
                .getMessage();
        assertTrue(without.contains("is encrypted"), without);
        String base = assertThrows(InvalidInputException.class, () -> spec("m", "from=secret")
                        .requireInputs())
                .getMessage();
        assertTrue(base.contains("decrypt it first"), base);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target=y | 'target' does not go with the model 'gpt'",
                "hidden=8 | 'hidden' does not go with",
                "width=15 | a multiple of the 2 heads, such as 16",
                "vocabulary=200 | from 257",
                "context=1 | from 2",
                "lora={\"rank\":2} | adapts a trained model",
                "from=nowhere | does not exist",
                "unitSequences=2 | bounds how much is learnt of each unit",
                "from=base width=16 | 'width' goes with a new model",
                "from=base context=99 | reads at most 16 tokens",
                "from=base lora={\"rank\":0} | 'rank' is '0",
                "from=base lora={\"targets\":\"wte\"} | must be one of",
                "from=base lora={\"alfa\":1} | Did you mean 'alpha'",
                "tokenizer=t.json | 'vocabulary' is for a tokenizer trained on the data",
                "model=mlp | goes with the model 'gpt'",
                "packing=maybe | true or false",
            })
    void saysWhatIsWrongWithAnArgument(String arguments, String words) throws IOException {
        copy(shared.resolve("model"), "base");
        String message = assertThrows(InvalidInputException.class, () -> {
                    TrainSpec spec = spec("m", arguments);
                    spec.requireInputs();
                    run(spec);
                })
                .getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void refusesATableForTextAndTextForATable() {
        String table = assertThrows(
                        InvalidInputException.class,
                        () -> Fixtures.spec(folder, "data", text, "model", "mlp", "target", "x", "output", "m"))
                .getMessage();
        assertTrue(table.contains("'verse.txt', which holds text"), table);
        String other = assertThrows(
                        InvalidInputException.class,
                        () -> Fixtures.spec(folder, "data", "d.csv", "target", "x", "layers", 2, "output", "m"))
                .getMessage();
        assertTrue(other.contains("'layers' goes with the model 'gpt'"), other);
    }

    @Test
    void aMismatchOfTokenizerAndModelIsRefused() throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Path config = base.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\"vocab_size\": \\d+", "\"vocab_size\": 100")
                        .replaceFirst("\"eos_token_id\": \\d+", "\"eos_token_id\": 99"));
        String message = assertThrows(InvalidInputException.class, () -> run(spec("m", "from=base")))
                .getMessage();
        assertTrue(message.contains("not of the same model"), message);
    }

    @Test
    void aTokenizerWithIdsThatTheModelHasNotIsRefused() throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Files.delete(base.resolve("model.json"));
        Path tokenizer = base.resolve("tokenizer.json");
        Files.writeString(
                tokenizer, Files.readString(tokenizer).replaceFirst("\"vocab\"\\s*:\\s*\\{", "$0\"zzzz\": 70000,"));
        String generate = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(generate.contains("a tokenizer of 70001 ids"), generate);
    }

    @ParameterizedTest
    @CsvSource({"n_embd, 16777216, of shape", "n_layer, 16777216, too few for the 16777216 layers"})
    void aConfigurationThatAsksForTheMoonIsRefusedBeforeMemoryIsTaken(String name, int value, String words)
            throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Files.delete(base.resolve("model.json"));
        Path config = base.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"" + name + "\": \\d+", "\"" + name + "\": " + value));
        String generate = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(generate.contains(words), generate);
        String train = assertThrows(InvalidInputException.class, () -> run(spec("m", "from=base")))
                .getMessage();
        assertTrue(train.contains(words), train);
    }

    @Test
    void parametersThatAreNotFiniteAreRefused() throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Files.delete(base.resolve("model.json"));
        Path file = base.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
        Files.write(file, bytes);
        String message = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(message.contains("that are not finite"), message);
    }

    @Test
    void itsSpecificationSurvivesJsonAndItsFingerprintMoves() {
        String arguments = "from=base lora={\"rank\":2} context=12";
        TrainSpec spec = spec("m", arguments);
        assertEquals(spec, Json.parse(Json.pretty(spec), TrainSpec.class));
        Path there = Path.of("/elsewhere");
        TrainSpec moved = spec(there, there.resolve("verse.txt"), "m", arguments);
        assertEquals(spec.fingerprint(folder), moved.fingerprint(there));
        assertNotEquals(
                spec.fingerprint(folder),
                spec("m", arguments.replace("from=base", "from=other")).fingerprint(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
    void aCheckpointThatLacksAFileIsRefused(String file) throws IOException {
        Path base = copy(shared.resolve("model"), "base");
        Files.delete(base.resolve("model.json"));
        Files.delete(base.resolve(file));
        String train = assertThrows(InvalidInputException.class, () -> spec("m", "from=base")
                        .requireInputs())
                .getMessage();
        assertTrue(train.contains("has no " + file), train);
        String generate = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(generate.contains(file), generate);
    }

    /** Names of the arrays in which two models differ. */
    private static Set<String> differing(Path one, Path other) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> a =
                    new LinkedHashMap<>(Safetensors.read("A", one.resolve("model.safetensors"), manager)
                            .arrays());
            Map<String, NDArray> b = Safetensors.read("B", other.resolve("model.safetensors"), manager)
                    .arrays();
            assertEquals(a.keySet(), b.keySet());
            return a.keySet().stream()
                    .filter(n -> !a.get(n).equals(b.get(n)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Path copy(Path model, String name) {
        Path to = folder.resolve(name);
        try (var files = Files.list(model)) {
            Files.createDirectories(to);
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }
}
