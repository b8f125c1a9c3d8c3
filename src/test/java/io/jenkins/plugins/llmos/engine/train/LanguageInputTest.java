package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What language models are not made of: arguments, checkpoints and texts that are refused in a sentence. */
class LanguageInputTest {
    @RegisterExtension
    static final VerseModel LEARNT = new VerseModel();

    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void write() {
        text = Fixtures.write(folder.resolve("verse.txt"), VerseModel.TEXT.repeat(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
    void refusesADamagedModel(String file) throws IOException {
        Path model = copy("damaged");
        Files.writeString(model.resolve(file), "x");

        String message = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, model))
                .getMessage();

        assertTrue(message.contains("damaged") && message.contains(file), message);
        String predict = assertThrows(InvalidInputException.class, () -> Predictor.load(LEARNT.model()))
                .getMessage();
        assertTrue(predict.contains("llmos generate"), predict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
    void aCheckpointThatLacksAFileIsRefused(String file) throws IOException {
        Path base = copy("base");
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

    /** A file of a checkpoint in which a part was replaced by another of the same kind. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | \"n_embd\": \\d+ | \"n_embd\": 16777216 | of shape",
                "config.json | \"n_layer\": \\d+ | \"n_layer\": 16777216 | too few for the 16777216 layers",
                "config.json | \"vocab_size\": \\d+ | \"vocab_size\": 99999 | of shape",
                "config.json | \"n_head\": \\d+ | \"n_head\": 3 | no multiple of its 3 heads",
                "config.json | \"model_type\": \"gpt2\" | \"model_type\": \"llama\" | gpt2",
                "config.json | \\}\\s*$ | '' | not the JSON that belongs there, at line",
                "tokenizer.json | \"vocab\"\\s*:\\s*\\{ | $0\"zzzz\": 70000, | a tokenizer of 70001 ids",
                "tokenizer.json | \"merges\" | \"verges\" | tokenizer.json cannot be used",
                "tokenizer.json | \"model\" | \"module\" | no tokenizer.json of Hugging Face",
                "model.safetensors | h\\.0\\.ln_1\\.bias | h.0.ln_9.bias | has no array 'transformer.h.0.ln_1.bias'",
                "model.safetensors | \"F32\" | \"I32\" | of type I32; only F32, F16 and BF16",
                "model.safetensors | \"F32\" | \"F64\" | is damaged",
                "model.safetensors | \\[0,\\d | [4,4 | is damaged",
                "model.safetensors | ^.{8} | \u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f | its header claims",
                "model.safetensors | .{4}$ | '' | is damaged",
                "model.safetensors | (?s).*$ | abc | only a few bytes long",
            })
    void refusesACheckpointThatIsNot(String file, String part, String other, String words) throws IOException {
        Path base = copy("base");
        Files.delete(base.resolve("model.json"));
        Path changed = base.resolve(file);
        // Each character is a byte, so that this also works in the middle of numbers.
        String text = Files.readString(changed, StandardCharsets.ISO_8859_1);
        String after = Pattern.compile(part, Pattern.DOTALL).matcher(text).replaceFirst(other);
        assertNotEquals(text, after, "nothing was changed");
        Files.writeString(changed, after, StandardCharsets.ISO_8859_1);

        for (Executable use : List.<Executable>of(
                () -> TextGenerator.load(FileAccess.PLAIN, base), () -> run(spec("m", "from=base")))) {
            String message = assertThrows(InvalidInputException.class, use).getMessage();
            assertTrue(message.contains(words), message);
            assertEquals(1, message.lines().count(), message);
        }
    }

    @Test
    void anArrayThatTheModelLacksIsRefused() throws IOException {
        Path base = copy("base");
        Files.delete(base.resolve("model.json"));
        Path file = base.resolve("model.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays =
                    new LinkedHashMap<>(Safetensors.read("A", file, manager).arrays());
            arrays.put("transformer.h.7.ln_1.bias", manager.zeros(new Shape(16)));
            Safetensors.write(file, arrays, Map.of());
        }
        String message = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(message.contains("'transformer.h.7.ln_1.bias', which the model of its config.json lacks"), message);
    }

    @Test
    void aPromptLongerThanTheContextIsRefused() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> VerseModel.generate(LEARNT.model(), VerseModel.TEXT.repeat(9), 1))
                .getMessage();
        assertTrue(message.contains("the model reads at most 16. Shorten it"), message);
    }

    @Test
    void aTextWithNothingInItIsRefused() {
        text = Fixtures.write(folder.resolve("blank.txt"), " \n<|endoftext|>\n");
        String message = assertThrows(InvalidInputException.class, () -> run(spec("m", "")))
                .getMessage();
        assertTrue(message.contains("blank.txt holds no text to learn from"), message);
    }

    @Test
    void parametersThatAreNotFiniteAreRefused() throws IOException {
        Path base = copy("base");
        Files.delete(base.resolve("model.json"));
        Path file = base.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
        Files.write(file, bytes);
        String message = assertThrows(InvalidInputException.class, () -> TextGenerator.load(FileAccess.PLAIN, base))
                .getMessage();
        assertTrue(message.contains("that are not finite"), message);
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
                "from=verse.txt | is no folder",
                "unitSequences=2 | bounds how much is learnt of each unit",
                "from=base width=16 | 'width' goes with a new model",
                "from=base context=99 | reads at most 16 tokens",
                "from=base lora={\"rank\":0} | 'rank' is '0",
                "from=base lora={\"targets\":\"wte\"} | must be one of",
                "from=base lora={\"alfa\":1} | Did you mean 'alpha'",
                "tokenizer=t.json | 'vocabulary' is for a tokenizer trained on the data",
                "model=mlp | goes with the model 'gpt'",
                "packing=maybe | true or false",
                "precision=fp8 | Known are: bf16, float32",
                "precision=bf16 privacy={\"dataset\":\"d\",\"epsilon\":1,\"delta\":1e-5} | 'precision' does not go with a private",
            })
    void saysWhatIsWrongWithAnArgument(String arguments, String words) throws IOException {
        copy("base");
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
