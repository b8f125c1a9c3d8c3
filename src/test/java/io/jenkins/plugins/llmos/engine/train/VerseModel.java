package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A verse, and a language model that knows it, learnt once for all tests; and how tests train such models. */
final class VerseModel implements BeforeAllCallback {
    static final String TEXT = "one two three four five six seven eight nine ten\n";

    private Learnt learnt;

    private record Learnt(Path folder, Map<String, Object> result) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        learnt = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(VerseModel.class))
                .getOrComputeIfAbsent("learnt", key -> learn(), Learnt.class);
    }

    private static Learnt learn() {
        try {
            Path folder = Files.createTempDirectory("verse");
            Path text = Fixtures.write(folder.resolve("verse.txt"), TEXT.repeat(150));
            TrainSpec spec = spec(folder, text, "model", "epochs=12 learningRate=0.01 schedule=cosine");
            return new Learnt(folder, Fixtures.train(folder, spec));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the text, the model and the control folder of its training are. */
    Path folder() {
        return learnt.folder;
    }

    Path model() {
        return learnt.folder.resolve("model");
    }

    /** What the training returned. */
    Map<String, Object> result() {
        return learnt.result;
    }

    /** Copies the model's files to a new folder. */
    Path copy(Path to) {
        try (Stream<Path> files = Files.list(model())) {
            Files.createDirectories(to);
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }

    /** A specification of a small model, from {@code name=value} with spaces between; maps are in JSON. */
    static TrainSpec spec(Path folder, Path data, String output, String arguments) {
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

    static String generate(Path model, String prompt, int tokens) {
        StringBuilder made = new StringBuilder();
        try (TextGenerator generator = TextGenerator.load(FileAccess.PLAIN, model)) {
            generator.generate(prompt, tokens, new Sampling(0, 0, 1, 1), made::append);
        }
        return made.toString();
    }

    static List<TrainingEvent> events(Path folder, String output) throws IOException {
        return Files.readAllLines(folder.resolve("control-" + output + "/events.jsonl")).stream()
                .map(line -> Json.parse(line, TrainingEvent.class))
                .toList();
    }

    /** Names of the arrays in which two models differ. */
    static Set<String> differing(Path one, Path other) {
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
}
