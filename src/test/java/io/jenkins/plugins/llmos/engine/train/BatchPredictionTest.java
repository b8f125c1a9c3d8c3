package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPredictionTest {
    @TempDir
    Path folder;

    private Map<String, Object> run(Map<String, Object> more) throws IOException {
        Map<String, Object> arguments = new LinkedHashMap<>(Map.of("model", "gpt", "output", "out.jsonl"));
        arguments.putAll(more);
        return BatchPrediction.run(FileAccess.PLAIN, PredictSpec.from(arguments, folder));
    }

    private String refusal(Map<String, Object> arguments) {
        return assertThrows(InvalidInputException.class, () -> run(arguments)).getMessage();
    }

    @Test
    void eachTextIsGoneOnWithAsAloneAndWrittenInItsOrder() throws IOException {
        Path model = BenchmarkModels.writeLanguage(folder.resolve("gpt"), 16, 300, 32);
        List<String> prompts = List.of("one", "a longer text", "x", "and another", "last");
        Files.writeString(folder.resolve("texts.txt"), String.join("\n\n", prompts));
        Map<String, Object> result = run(Map.of("data", "texts.txt", "maxTokens", 9, "seed", 5, "batch", 2));
        assertEquals(5L, result.get("texts"));
        List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
        assertEquals(5, lines.size());
        long tokens = 0;
        try (TextGenerator alone = TextGenerator.load(FileAccess.PLAIN, model)) {
            for (int i = 0; i < lines.size(); i++) {
                JsonObject line = JsonParser.parseString(lines.get(i)).getAsJsonObject();
                StringBuilder text = new StringBuilder();
                int made = alone.generate(prompts.get(i), 9, new Sampling(1, 0, 1, 5 + i), text::append);
                assertEquals(prompts.get(i), line.get("prompt").getAsString());
                assertEquals(text.toString(), line.get("text").getAsString());
                assertEquals(made, line.get("tokens").getAsInt());
                assertEquals(made < 9 ? "stop" : "length", line.get("finish").getAsString());
                tokens += made;
            }
        }
        assertEquals(tokens, result.get("tokens"));

        assertTrue(refusal(Map.of("data", "texts.txt")).contains("overwrite: true"));
        Files.writeString(folder.resolve("long.jsonl"), "{\"text\": \"a\"}\n{\"text\": \"" + "b".repeat(50) + "\"}\n");
        assertTrue(refusal(Map.of("data", "long.jsonl", "output", "other")).contains("Text 2 of"));
        assertFalse(Files.exists(folder.resolve("other")));
        assertTrue(refusal(Map.of("data", "nowhere.txt", "output", "other")).contains("does not exist"));
        assertTrue(refusal(Map.of("data", "texts.txt", "output", "other", "topp", 1))
                .contains("Did you mean 'topP'"));
    }

    @Test
    void rowsAreWrittenAsCsvAndWhatIsWrongLeavesNoFile() throws IOException {
        BenchmarkModels.writeRows(folder.resolve("rows"), 2, 4);
        Files.writeString(folder.resolve("new.csv"), "c0,c1\n1,2\n3,\n");
        Map<String, Object> result = run(Map.of("model", "rows", "data", "new.csv", "output", "made/out.csv"));
        assertEquals(2L, result.get("rows"));
        assertEquals(3, Files.readAllLines(folder.resolve("made/out.csv")).size());
        Files.writeString(folder.resolve("bad.csv"), "c0,c1\n1,2\n3,many\n");
        assertTrue(refusal(Map.of("model", "rows", "data", "bad.csv", "output", "made/bad.csv"))
                .contains("'many' in row 2 (line 3)"));
        try (Stream<Path> files = Files.list(folder.resolve("made"))) {
            assertEquals(1, files.count());
        }
    }
}
