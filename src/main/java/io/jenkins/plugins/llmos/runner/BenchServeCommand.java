package io.jenkins.plugins.llmos.runner;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.serve.LoadTest;
import io.jenkins.plugins.llmos.engine.serve.ModelServer;
import io.jenkins.plugins.llmos.engine.serve.ModelSource;
import io.jenkins.plugins.llmos.engine.serve.ServeSettings;
import io.jenkins.plugins.llmos.engine.train.BenchmarkModels;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos bench serve}: how fast a served model answers, at rising concurrency. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Measure answers a second and how long they take at rising concurrency, of a server in this process.",
            "Rows: a perceptron of 64-512-512-10, one row a request. Texts: 4 layers of width 256, 4,096 ids, 32 tokens a"
                    + " request. Each answer is compared with the right one, a text with what its prompt and seed make"
                    + " alone; with a wrong or missing one the command fails. The clients share the processors."
        })
final class BenchServeCommand implements Callable<Integer> {
    private static final int[] CLIENTS = {1, 4, 16, 64, 256};
    private static final int QUEUE = 128;
    private static final int COLUMNS = 64;
    private static final int HIDDEN = 512;
    private static final int ROWS = 512;
    /** Prompts, each with a seed of its own. */
    private static final int TEXTS = 128;

    private static final int TOKENS = 32;
    private static final double TOLERANCE = 1e-4;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            paramLabel = "N",
            description = "How long each concurrency is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--texts", description = "Measure texts; otherwise rows.")
    private boolean texts;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--seconds must be 1 or more.");
        }
        Path folder = Files.createTempDirectory("llmos-bench-serve");
        try {
            return texts ? measureTexts(folder) : measureRows(folder);
        } finally {
            ModelFolder.delete(folder);
        }
    }

    private int measureRows(Path folder) throws IOException, InterruptedException {
        Path model = BenchmarkModels.writeRows(folder.resolve("model"), COLUMNS, HIDDEN);
        List<String> bodies = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        List<Predictor.Prediction> right;
        SplittableRandom random = new SplittableRandom(5);
        try (Predictor predictor = Predictor.load(model)) {
            for (int i = 0; i < ROWS; i++) {
                JsonObject row = new JsonObject();
                for (int c = 0; c < COLUMNS; c++) {
                    row.addProperty("c" + c, (float) (random.nextInt(2000) - 1000) / 1000);
                }
                JsonArray instances = new JsonArray();
                instances.add(row);
                JsonObject body = new JsonObject();
                body.add("instances", instances);
                bodies.add(body.toString());
                rows.add(predictor.instanceEncoder().encode(row, "Instance 1"));
            }
            right = predictor.predict(rows);
        }
        return measure(model, "/v1/predict", bodies, 64, (i, answer) -> {
            JsonObject given = answer.getAsJsonArray("predictions").get(0).getAsJsonObject();
            JsonObject probabilities = given.getAsJsonObject("probabilities");
            for (int c = 0; c < probabilities.size(); c++) {
                double expected = right.get(i).probabilities().get(c);
                if (Math.abs(probabilities.get(Integer.toString(c)).getAsDouble() - expected) > TOLERANCE) {
                    return false;
                }
            }
            return true;
        });
    }

    private int measureTexts(Path folder) throws IOException, InterruptedException {
        Path model = BenchmarkModels.writeLanguage(folder.resolve("model"), 256, 4096, 128);
        List<String> bodies = new ArrayList<>();
        List<String> right = new ArrayList<>();
        try (TextGenerator alone = TextGenerator.load(FileAccess.PLAIN, model)) {
            for (int i = 0; i < TEXTS; i++) {
                JsonObject body = new JsonObject();
                body.addProperty("prompt", "text " + i);
                body.addProperty("max_tokens", TOKENS);
                body.addProperty("seed", i);
                bodies.add(body.toString());
                StringBuilder text = new StringBuilder();
                alone.generate("text " + i, TOKENS, new Sampling(1, 0, 1, i), text::append);
                right.add(text.toString());
            }
        }
        return measure(model, "/v1/generate", bodies, 64, (i, answer) -> right.get(i)
                .equals(answer.get("text").getAsString()));
    }

    private int measure(
            Path model, String path, List<String> bodies, int batch, BiPredicate<Integer, JsonObject> isRight)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        ServeSettings settings = new ServeSettings(
                "127.0.0.1",
                0,
                null,
                batch,
                Duration.ZERO,
                QUEUE,
                1 << 22,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                null);
        try (ModelServer server = new ModelServer(ModelSource.of(model), FileAccess.PLAIN, settings, line -> {})) {
            LoadTest load = new LoadTest(server.url() + path, null, bodies, isRight);
            load.run(4, Duration.ofSeconds(seconds));
            out.printf(
                    Locale.ROOT,
                    "%d processors, queue %d, %d s each%n%8s %11s %9s %9s %8s %6s %6s%n",
                    Runtime.getRuntime().availableProcessors(),
                    QUEUE,
                    seconds,
                    "clients",
                    "answers/s",
                    "p50 ms",
                    "p99 ms",
                    "refused",
                    "wrong",
                    "failed");
            long wrong = 0;
            long failed = 0;
            for (int clients : CLIENTS) {
                LoadTest.Outcome o = load.run(clients, Duration.ofSeconds(seconds));
                out.printf(
                        Locale.ROOT,
                        "%8d %11.0f %9.2f %9.2f %8d %6d %6d%n",
                        clients,
                        o.perSecond(),
                        o.p50() * 1e3,
                        o.p99() * 1e3,
                        o.refused(),
                        o.wrong(),
                        o.failed());
                out.flush();
                wrong += o.wrong();
                failed += o.failed();
            }
            if (wrong + failed > 0) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                Locale.ROOT,
                                "%d answers were wrong and %d requests failed. All answers should be right, and none but refused"
                                        + " requests should be without one.%n",
                                wrong,
                                failed);
                return Main.FAILED;
            }
        }
        return Main.SUCCESS;
    }
}
