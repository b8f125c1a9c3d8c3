package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.Continuation;
import io.jenkins.plugins.llmos.engine.train.language.Documents;
import io.jenkins.plugins.llmos.engine.train.language.GenerationBatch;
import io.jenkins.plugins.llmos.engine.train.language.Generator;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Uses a model on a whole file: predicts its rows, or goes on with its texts. */
public final class BatchPrediction {
    private final FileAccess models;
    private final PredictSpec spec;
    private final FileAccess data;

    private BatchPrediction(FileAccess models, PredictSpec spec) {
        this.models = models;
        this.spec = spec;
        this.data = readsEncrypted(models, spec.data()) ? models : FileAccess.PLAIN;
    }

    private static boolean readsEncrypted(FileAccess access, Path file) {
        try {
            return access.encrypts() && Files.isRegularFile(file) && Vault.isEncrypted(file);
        } catch (IOException e) {
            throw new InvalidInputException("The data file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Writes the output file, whole or not at all; encrypted if the data are.
     *
     * @param models how the model is read, and the data where they are encrypted
     * @return rows or texts, tokens, seconds, speed, the output, and the metrics where the true targets are known
     * @throws InvalidInputException if the model or the data cannot be read or do not go together
     * @throws IOException if the output cannot be written; nothing of it is then left
     */
    public static Map<String, Object> run(FileAccess models, PredictSpec spec) throws IOException {
        spec.requireFreeOutput();
        Path output = spec.output().toAbsolutePath();
        Path beside = output.resolveSibling(
                "." + output.getFileName() + ".new" + ProcessHandle.current().pid());
        try {
            Files.createDirectories(output.getParent());
            Map<String, Object> result;
            try (WritableByteChannel channel = outputAccess(models, spec)
                            .create(beside, output.getFileName().toString());
                    Writer writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
                result = write(models, spec, writer);
            }
            spec.requireFreeOutput();
            Files.move(beside, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            result.put("output", spec.output().toString());
            return result;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** What is computed of encrypted data is as sensitive as they are. */
    private static FileAccess outputAccess(FileAccess models, PredictSpec spec) throws IOException {
        return models instanceof Vault vault && readsEncrypted(models, spec.data())
                ? vault.with(vault.sensitivity(spec.data()))
                : FileAccess.PLAIN;
    }

    /**
     * Writes CSV for rows (line, prediction, each class' probability), or a line of JSON for each text.
     *
     * @return as {@link #run}, without the output
     */
    public static Map<String, Object> write(FileAccess models, PredictSpec spec, Appendable to) throws IOException {
        BatchPrediction prediction = new BatchPrediction(models, spec);
        try {
            return TextGenerator.isLanguageModel(models, spec.model())
                    ? prediction.writeTexts(to)
                    : prediction.writeRows(to);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @SuppressWarnings("resource")
    private Map<String, Object> writeRows(Appendable to) throws IOException {
        try (Predictor predictor = Predictor.load(models, data, spec.model())) {
            CSVPrinter csv = new CSVPrinter(
                    to, CSVFormat.RFC4180.builder().setRecordSeparator("\n").get());
            FeatureSchema schema = predictor.schema();
            List<Object> header = new ArrayList<>(List.of("line", schema.target()));
            schema.labels().forEach(l -> header.add("p(" + l + ")"));
            csv.printRecord(header);
            long[] rows = {0};
            long start = System.nanoTime();
            Map<String, Double> metrics = predictor
                    .predict(spec.data(), spec.labels(), p -> {
                        rows[0]++;
                        print(csv, p);
                    })
                    .orElse(Map.of());
            return result("rows", rows[0], start, metrics);
        }
    }

    private static void print(CSVPrinter csv, Predictor.Prediction p) {
        List<Object> row = new ArrayList<>();
        row.add(p.line());
        row.add(p.label() != null ? p.label() : (Object) (float) p.value());
        p.probabilities().forEach(x -> row.add(String.format(Locale.ROOT, "%.6f", x)));
        try {
            csv.printRecord(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One text of the output. */
    private record Text(String prompt, String text, int tokens, String finish) {}

    private Map<String, Object> writeTexts(Appendable to) throws IOException {
        if (spec.labels() != null) {
            throw new InvalidInputException(
                    "Labels go with images, but the model in " + spec.model() + " goes on with texts. Leave them out.");
        }
        List<String> prompts = Documents.prompts(data, spec.data(), spec.text());
        try (TextGenerator model = TextGenerator.load(models, spec.model())) {
            Generator generator = model.generator();
            List<Continuation> texts = new ArrayList<>();
            List<StringBuilder> made = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                StringBuilder text = new StringBuilder();
                made.add(text);
                texts.add(continuation(generator, prompts.get(i), i, text));
            }
            long start = System.nanoTime();
            long tokens = 0;
            try (GenerationBatch batch = generator.batch()) {
                int next = 0;
                int written = 0;
                while (next < texts.size() || batch.size() > 0) {
                    while (batch.size() < spec.batch() && next < texts.size()) {
                        batch.add(texts.get(next++));
                    }
                    for (Continuation done : batch.step()) {
                        tokens += done.made();
                    }
                    for (; written < next && texts.get(written).isDone(); written++) {
                        Continuation text = texts.get(written);
                        String finish = text.endedItself() ? "stop" : "length";
                        to.append(Json.line(new Text(
                                        prompts.get(written), made.get(written).toString(), text.made(), finish)))
                                .append('\n');
                    }
                }
            }
            Map<String, Object> result = result("texts", texts.size(), start, Map.of());
            result.put("tokens", tokens);
            result.put("tokensPerSecond", Math.round(tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9)));
            return result;
        }
    }

    private Continuation continuation(Generator generator, String prompt, int index, StringBuilder text) {
        Sampling s = spec.sampling();
        try {
            return generator.continuation(
                    prompt,
                    spec.maxTokens(),
                    new Sampling(s.temperature(), s.topK(), s.topP(), s.seed() + index),
                    text::append);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "Text " + (index + 1) + " of " + spec.data() + " cannot be gone on with: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> result(String what, long count, long start, Map<String, Double> metrics) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Object> result = new LinkedHashMap<>();
        result.put(what, count);
        result.putAll(metrics);
        result.put("seconds", Math.round(seconds * 1000) / 1000.0);
        result.put(what + "PerSecond", Math.round(count / Math.max(1e-9, seconds) * 10) / 10.0);
        return result;
    }
}
