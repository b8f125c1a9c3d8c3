package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainSpecTest {
    private static final Path WORKSPACE = Path.of("workspace").toAbsolutePath();

    /** Each wrong argument, and the words that its error must have besides the argument's name and value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epochs | 0 | from 1 up",
                "epochs | -3 | from 1 up",
                "epochs | many | a whole number",
                "epochs | 2.5 | a whole number",
                "batch | 0 | from 1 up",
                "learningRate | 0 | above 0",
                "learningRate | -0.1 | above 0",
                "learningRate | NaN | above 0",
                "momentum | 1 | less than 1",
                "validation | 1 | less than 1",
                "dropout | -1 | from 0",
                "model | mlpp | Did you mean 'mlp'?",
                "model | forest | Known are: cnn, factorization, gpt, irt, logistic, mlp, retrieval, scattering, text",
                "optimizer | addam | Did you mean 'adam'",
                "schedule | cosin | Did you mean 'cosine'",
                "overwrite | yes | true or false",
                "checkpointEvery | soon | 90s, 20m",
                "hidden | 64,wide | a list of whole numbers",
                "hidden | 0 | from 1 up",
                "types | numeric | a map",
            })
    void saysWhatIsWrongWithAnArgument(String argument, String value, String words) {
        String message = refusal(argument, value);

        assertTrue(message.contains("'" + argument + "'"), message);
        assertTrue(message.contains(words), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void suggestsTheArgumentThatWasMeant() {
        assertTrue(refusal("epoch", 3).contains("Did you mean 'epochs'?"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nesterov | true | momentum",
                "momentum | 0.9 | beta1",
                "patience | 3 | validation",
                "labels | y-idx1-ubyte | target",
                "model | cnn | images",
                "model | scattering | images",
            })
    void refusesArgumentsThatDoNotGoTogether(String argument, String value, String words) {
        Map<String, Object> arguments = arguments();
        arguments.put("validation", 0);
        arguments.put(argument, value);
        String message = assertThrows(InvalidInputException.class, () -> TrainSpec.from(arguments, WORKSPACE))
                .getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void needsDataTargetAndOutput() {
        for (String needed : List.of("data", "target", "output")) {
            Map<String, Object> arguments = arguments();
            arguments.remove(needed);
            String message = assertThrows(InvalidInputException.class, () -> TrainSpec.from(arguments, WORKSPACE))
                    .getMessage();
            assertTrue(message.contains("needs the argument '" + needed + "'"), message);
        }
    }

    @Test
    void saysThatAFileIsMissing() {
        String message = assertThrows(InvalidInputException.class, () -> TrainSpec.from(arguments(), WORKSPACE)
                        .requireInputs())
                .getMessage();
        assertTrue(message.contains(WORKSPACE.resolve("data.csv").toString()), message);
        assertTrue(message.contains("does not exist"), message);
    }

    @Test
    void readsNumbersAndListsInEveryFormAJenkinsfileGivesThem() {
        Map<String, Object> texts = arguments();
        texts.putAll(Map.of("epochs", "3", "learningRate", "0.01", "hidden", "64, 32", "overwrite", "true"));
        Map<String, Object> values = arguments();
        values.putAll(Map.of("epochs", 3, "learningRate", 0.01, "hidden", List.of(64, 32), "overwrite", true));

        assertEquals(TrainSpec.from(values, WORKSPACE), TrainSpec.from(texts, WORKSPACE));
    }

    @Test
    void survivesJson() {
        Map<String, Object> arguments = arguments();
        arguments.putAll(Map.of("types", Map.of("age", "numeric"), "checkpointEvery", "1m30s", "seed", Long.MIN_VALUE));
        TrainSpec spec = TrainSpec.from(arguments, WORKSPACE);

        assertEquals(spec, Json.parse(Json.pretty(spec), TrainSpec.class));
    }

    @Test
    void refusesWhatModelsOfTheirOwnCannotDo() {
        Map<String, Object> pairs = arguments();
        pairs.putAll(Map.of("model", "factorization", "features", List.of("age")));
        assertRefused("takes no 'features'", pairs);
        pairs.remove("features");
        TrainSpec spec = TrainSpec.from(pairs, WORKSPACE);
        assertEquals(List.of("user", "item"), spec.data().features());
        assertEquals("categorical", spec.data().types().get("item"));
        Map<String, Object> retrieval = arguments();
        retrieval.putAll(Map.of("model", "retrieval", "privacy", Map.of("dataset", "d", "epsilon", 1, "delta", 1e-5)));
        assertRefused("cannot be trained privately", retrieval);
    }

    private static void assertRefused(String why, Map<String, Object> arguments) {
        String message = assertThrows(InvalidInputException.class, () -> TrainSpec.from(arguments, WORKSPACE))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void itsFingerprintTellsWhatShapesTheParameters() {
        String plain = TrainSpec.from(arguments(), WORKSPACE).fingerprint();
        Map<String, Object> elsewhere = arguments();
        elsewhere.putAll(Map.of("output", "other", "name", "x", "checkpointSteps", 5, "overwrite", true));
        Map<String, Object> seeded = arguments();
        seeded.put("seed", 43);

        assertEquals(plain, TrainSpec.from(elsewhere, WORKSPACE).fingerprint());
        assertNotEquals(plain, TrainSpec.from(seeded, WORKSPACE).fingerprint());
    }

    @Test
    void itsFingerprintDoesNotTellWhereTheWorkspaceLies() {
        Path there = Path.of("/elsewhere/ws").toAbsolutePath();
        TrainSpec here = TrainSpec.from(arguments(), WORKSPACE);
        TrainSpec moved = TrainSpec.from(arguments(), there);
        Map<String, Object> other = arguments();
        other.put("data", "fold2/data.csv");
        TrainSpec otherFile = TrainSpec.from(other, WORKSPACE);

        assertEquals(here.fingerprint(), moved.fingerprint());
        assertEquals(here.fingerprint(WORKSPACE), moved.fingerprint(there));
        assertEquals(here.fingerprint(), otherFile.fingerprint());
        assertNotEquals(here.fingerprint(WORKSPACE), otherFile.fingerprint(WORKSPACE));
    }

    private static Map<String, Object> arguments() {
        return new HashMap<>(Map.of("data", "data.csv", "target", "y", "output", "model"));
    }

    private static String refusal(String argument, Object value) {
        Map<String, Object> arguments = arguments();
        arguments.put(argument, value);
        return assertThrows(InvalidInputException.class, () -> TrainSpec.from(arguments, WORKSPACE))
                .getMessage();
    }
}
