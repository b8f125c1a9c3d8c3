package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Language models from their text to their folder. */
class LanguageTrainingTest {
    @RegisterExtension
    static final VerseModel LEARNT = new VerseModel();

    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void write() {
        text = Fixtures.write(folder.resolve("verse.txt"), VerseModel.TEXT.repeat(30));
    }

    @Test
    void learnsATextAndGoesOnWithIt() throws IOException {
        double perplexity = (double) LEARNT.result().get("perplexity");
        assertTrue(perplexity >= 1 && perplexity < 1.5, LEARNT.result().toString());
        assertTrue((long) LEARNT.result().get("tokensPerSecond") > 0);
        assertEquals(LEARNT.result().get("parameters"), LEARNT.result().get("trainedParameters"));
        List<Double> validation = perplexities(LEARNT.folder(), "model");
        assertEquals(12, validation.size());
        assertTrue(validation.get(0) > 2 * validation.get(11), validation.toString());

        Path model = LEARNT.model();
        // Longer than the context of 16 tokens, so that it is read anew on the way.
        assertTrue(VerseModel.generate(model, "one two three", 60)
                .startsWith(" four five six seven eight nine ten\none two"));
        assertEquals(perplexity, ModelFolder.readCard(model).metrics().get("perplexity"));
    }

    @Test
    void writesACheckpointThatIsReadAlsoWithoutTheCard() throws IOException {
        Path bare = Files.createDirectories(folder.resolve("bare"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.copy(LEARNT.model().resolve(file), bare.resolve(file));
        }
        assertEquals(VerseModel.generate(LEARNT.model(), "five", 20), VerseModel.generate(bare, "five", 20));
    }

    @ParameterizedTest(name = "{0}, leaving every {1} steps")
    @CsvSource({
        "dropout=0.2 epochs=2 optimizer=adamw schedule=cosine, 3",
        "packing=false epochs=3 patience=1 clipNorm=1, 5",
        "epochs=2 activationCheckpointing=true dropout=0.2 clipNorm=1, 3",
        "epochs=2 from=base lora={\"rank\":2;\"targets\":\"all\"} dropout=0.1, 2",
        "epochs=2 precision=bf16 optimizer=adamw, 3",
        "epochs=2 precision=bf16 activationCheckpointing=true dropout=0.2 from=base lora={\"rank\":2}, 3",
    })
    void goesOnBitForBit(String arguments, int every) throws IOException {
        copy("base");
        String all = arguments.replace(';', ',');
        TrainSpec straight = spec("straight", all);
        Map<String, Object> once = run(straight);
        TrainSpec broken = spec("broken", all);
        Map<String, Object> pieces = Fixtures.trainInPieces(folder, broken, every);
        for (String file : List.of("model.safetensors", "tokenizer.json", "config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(straight.output().resolve(file)),
                    Files.readAllBytes(broken.output().resolve(file)),
                    file);
        }
        assertEquals(once.get("perplexity"), pieces.get("perplexity"));
    }

    @Test
    void aTrainingInBf16WritesTheSameKindOfModel() throws IOException {
        Map<String, Object> result = run(spec("half", "epochs=6 learningRate=0.01 precision=bf16"));
        Map<String, Object> whole = run(spec("whole", "epochs=6 learningRate=0.01"));

        assertEquals("bf16", result.get("precision"));
        assertEquals("float32", whole.get("precision"));
        List<Double> expected = perplexities(folder, "whole");
        List<Double> found = perplexities(folder, "half");
        assertEquals(expected.get(0), found.get(0), 0.01 * expected.get(0), expected + " and " + found);
        assertTrue(found.get(5) < found.get(0) / 4, expected + " and " + found);
        assertNotEquals(whole.get("perplexity"), result.get("perplexity"));
        ModelCard card = ModelFolder.readCard(folder.resolve("half"));
        assertEquals(Precision.BF16, card.spec().model().precision());
        assertTrue(Files.readString(folder.resolve("half/model.json")).contains("\"precision\": \"bf16\""));
        assertEquals(
                Files.size(folder.resolve("whole/model.safetensors")),
                Files.size(folder.resolve("half/model.safetensors")));
        assertFalse(VerseModel.generate(folder.resolve("half"), "one two", 20).isEmpty());
    }

    @Test
    void adaptersLeaveTheRestOfTheBaseAsItWas() throws IOException {
        Path base = copy("base");
        Map<String, Object> result = run(spec("tuned", "from=base lora={\"rank\":2} epochs=2 learningRate=0.01"));

        assertEquals(2L * (16 + 48), result.get("trainedParameters"));
        assertEquals(Set.of("transformer.h.0.attn.c_attn.weight"), VerseModel.differing(base, folder.resolve("tuned")));
        assertTrue(Files.exists(folder.resolve("tuned/lora.safetensors")));
        assertTrue(VerseModel.generate(folder.resolve("tuned"), "one two", 30).startsWith(" three"));
        assertTrue(VerseModel.generate(base, "one two", 30).startsWith(" three"));
    }

    @Test
    void goesOnFromACheckpointWithAllOfIt() throws IOException {
        Path base = copy("base");
        text = Fixtures.write(
                folder.resolve("other.txt"), "ten nine eight seven six five four three two one\n".repeat(60));
        // Backwards it knows nothing.
        Map<String, Object> before = run(spec("before", "from=base epochs=1 learningRate=1e-9"));
        Map<String, Object> after = run(spec("after", "from=base epochs=12 learningRate=0.01 context=12"));

        assertTrue((double) before.get("perplexity") > 20, before.toString());
        assertTrue((double) after.get("perplexity") < 5, after.toString());
        assertTrue(VerseModel.differing(base, folder.resolve("after")).contains("transformer.wte.weight"));
        assertEquals(
                Files.readString(base.resolve("tokenizer.json")),
                Files.readString(folder.resolve("after/tokenizer.json")));
        assertFalse(Files.exists(folder.resolve("after/lora.safetensors")));
    }

    @Test
    void refusesToGoOnWhenTheBaseHasChanged() throws IOException {
        copy("base");
        TrainSpec spec = spec("tuned", "from=base");
        assertNull(Fixtures.train(folder, spec, 2));
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
        assertTrue(VerseModel.differing(folder.resolve("one"), folder.resolve("two"))
                .isEmpty());
    }

    @Test
    void takesAForeignTokenizer() throws IOException {
        Files.copy(LEARNT.model().resolve("tokenizer.json"), folder.resolve("tokens.json"));
        TrainSpec spec = Fixtures.spec(
                folder, "data", text, "output", "m", "tokenizer", "tokens.json", "epochs", 1, "width", 16, "layers", 1);
        run(spec);
        assertEquals(
                Files.readString(folder.resolve("tokens.json")), Files.readString(folder.resolve("m/tokenizer.json")));
    }

    @Test
    void trainsPrivatelyBySequence() throws IOException {
        copy("base");
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
        assertNotEquals(Set.of(), VerseModel.differing(folder.resolve("base"), folder.resolve("tuned")));
        assertEquals(
                4,
                VerseModel.differing(folder.resolve("base"), folder.resolve("tuned"))
                        .size());
    }

    @Test
    void trainsPrivatelyByAuthor() throws IOException {
        StringBuilder lines = new StringBuilder("author,text\n");
        for (int i = 0; i < 200; i++) {
            lines.append("author").append(i % 40).append(',').append(VerseModel.TEXT);
        }
        Path authors = Fixtures.write(folder.resolve("authors.csv"), lines.toString());
        String privacy =
                " privacy={\"dataset\":\"verse\",\"epsilon\":3,\"delta\":1e-3,\"testSeed\":1,\"public\":\"validation,test\"}";
        TrainSpec spec = VerseModel.spec(
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
        assertFalse(VerseModel.generate(folder.resolve("private"), "one two", 5).isEmpty());
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
        Map<String, Object> result = Fixtures.train(folder, vault, spec, Integer.MAX_VALUE);
        assertEquals(clear.get("perplexity"), result.get("perplexity"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors", "model.json")) {
            assertTrue(Vault.isEncrypted(spec.output().resolve(file)), file);
        }
        try (TextGenerator generator = TextGenerator.load(vault, spec.output())) {
            StringBuilder made = new StringBuilder();
            generator.generate("one", 5, new Sampling(0, 0, 1, 1), made::append);
            assertEquals(VerseModel.generate(folder.resolve("clear"), "one", 5), made.toString());
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

    @Test
    void itsSpecificationSurvivesJsonAndItsFingerprintMoves() {
        String arguments = "from=base lora={\"rank\":2} context=12";
        TrainSpec spec = spec("m", arguments);
        assertEquals(spec, Json.parse(Json.pretty(spec), TrainSpec.class));
        assertEquals(
                spec, Json.parse(Json.pretty(spec).replaceAll(",\\s*\"precision\": \"float32\"", ""), TrainSpec.class));
        assertNotEquals(
                spec.fingerprint(folder),
                spec("m", arguments + " precision=bf16").fingerprint(folder));
        Path there = Path.of("/elsewhere");
        TrainSpec moved = VerseModel.spec(there, there.resolve("verse.txt"), "m", arguments);
        assertEquals(spec.fingerprint(folder), moved.fingerprint(there));
        assertNotEquals(
                spec.fingerprint(folder),
                spec("m", arguments.replace("from=base", "from=other")).fingerprint(folder));
    }

    /** Of the validation part after each epoch. */
    private static List<Double> perplexities(Path folder, String output) throws IOException {
        return VerseModel.events(folder, output).stream()
                .filter(e -> e.type() == TrainingEvent.Type.EPOCH)
                .map(e -> e.metrics().get("perplexity"))
                .toList();
    }

    private TrainSpec spec(String output, String arguments) {
        return VerseModel.spec(folder, text, output, arguments);
    }

    private Map<String, Object> run(TrainSpec spec) throws IOException {
        return Fixtures.train(folder, spec);
    }

    /** The learnt model, in a folder of this test. */
    private Path copy(String name) {
        return LEARNT.copy(folder.resolve(name));
    }
}
