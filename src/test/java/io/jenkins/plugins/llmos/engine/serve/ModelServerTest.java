package io.jenkins.plugins.llmos.engine.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Deployment;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import io.jenkins.plugins.llmos.engine.registry.Stage;
import io.jenkins.plugins.llmos.engine.train.BenchmarkModels;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelServerTest {
    private static final int ROWS = 40;

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private ModelServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private static ServeSettings settings(String token, int queue, Duration gather, Duration timeout) {
        return new ServeSettings(
                "127.0.0.1", 0, token, 16, gather, queue, 1 << 16, timeout, Duration.ofMillis(50), null);
    }

    private static ServeSettings settings() {
        return settings(null, 64, Duration.ZERO, Duration.ofMinutes(1));
    }

    private void serve(ModelSource source, ServeSettings settings) {
        server = new ModelServer(source, FileAccess.PLAIN, settings, log::add);
    }

    private Path rows(int hidden) throws IOException {
        return BenchmarkModels.writeRows(folder.resolve("rows" + hidden), 3, hidden);
    }

    private static String row(int i) {
        return "{\"instances\": [{\"c0\": " + i + ", \"c1\": " + i * i % 7 + ", \"c2\": " + -i + ", \"unused\": 1}]}";
    }

    /** Probabilities of the first class by a model on its own. */
    private static double[] alone(Path model) {
        double[] right = new double[ROWS];
        try (Predictor predictor = Predictor.load(model)) {
            for (int i = 0; i < ROWS; i++) {
                JsonObject instance = JsonParser.parseString(row(i))
                        .getAsJsonObject()
                        .getAsJsonArray("instances")
                        .get(0)
                        .getAsJsonObject();
                right[i] = predictor
                        .predict(List.of(predictor.instanceEncoder().encode(instance, "x")))
                        .get(0)
                        .probabilities()
                        .get(0);
            }
        }
        return right;
    }

    private static boolean isRight(JsonObject answer, double right) {
        double given = answer.getAsJsonArray("predictions")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("probabilities")
                .get("0")
                .getAsDouble();
        return Math.abs(given - right) < 1e-5;
    }

    private LoadTest load(Map<String, double[]> right) {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            bodies.add(row(i));
        }
        return new LoadTest(
                server.url() + "/v1/predict",
                null,
                bodies,
                (i, answer) -> isRight(answer, right.get(answer.get("model").getAsString())[i]));
    }

    private HttpResponse<String> ask(String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofMinutes(1));
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void refuses(int status, String why, String path, String body, String... headers) {
        HttpResponse<String> answer = ask(path, body, headers);
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(why), answer.body());
    }

    @Test
    void everyRequestGetsItsOwnAnswer() throws Exception {
        Path model = rows(8);
        serve(ModelSource.of(model), settings());
        LoadTest.Outcome outcome = load(Map.of("rows8", alone(model))).run(24, Duration.ofSeconds(2));
        assertTrue(outcome.right() >= 24, outcome.toString());
        assertEquals(0, outcome.wrong() + outcome.failed() + outcome.refused(), outcome.toString());
        assertEquals(0, server.pending());
    }

    @Test
    void severalRowsAreAnsweredInTheirOrder() throws Exception {
        Path model = rows(8);
        double[] right = alone(model);
        serve(ModelSource.of(model), settings());
        StringBuilder body = new StringBuilder("{\"instances\": [");
        for (int i = 0; i < ROWS; i++) {
            body.append(i == 0 ? "" : ",").append(row(i), row(i).indexOf('[') + 1, row(i).lastIndexOf(']'));
        }
        JsonObject answer = JsonParser.parseString(
                        ask("/v1/predict", body.append("]}").toString()).body())
                .getAsJsonObject();
        assertEquals(ROWS, answer.getAsJsonArray("predictions").size());
        for (int i = 0; i < ROWS; i++) {
            assertEquals(
                    right[i],
                    answer.getAsJsonArray("predictions")
                            .get(i)
                            .getAsJsonObject()
                            .getAsJsonObject("probabilities")
                            .get("0")
                            .getAsDouble(),
                    1e-5);
        }
    }

    private CompletableFuture<HttpResponse<String>> askFor(int row) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/predict"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(row(row)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatWasAskedBeforeItEndsIsAnswered() throws Exception {
        Path model = rows(8);
        serve(ModelSource.of(model), settings(null, 4, Duration.ofMillis(300), Duration.ofMinutes(1)));
        CompletableFuture<HttpResponse<String>> asked = askFor(3);
        while (server.pending() == 0 && !asked.isDone()) {
            Thread.sleep(1);
        }
        server.close();
        HttpResponse<String> answer = asked.get();
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(isRight(JsonParser.parseString(answer.body()).getAsJsonObject(), alone(model)[3]), answer.body());
    }

    @Test
    void whatIsTooMuchIsRefusedAndTheRestAnswered() throws Exception {
        Path model = rows(8);
        serve(ModelSource.of(model), settings(null, 4, Duration.ofMillis(300), Duration.ofMinutes(1)));
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(askFor(i));
        }
        Map<Integer, Integer> counts = new HashMap<>();
        double[] right = alone(model);
        for (int i = 0; i < all.size(); i++) {
            HttpResponse<String> answer = all.get(i).get();
            counts.merge(answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() == 429) {
                assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
            } else {
                assertTrue(isRight(JsonParser.parseString(answer.body()).getAsJsonObject(), right[i]), answer.body());
            }
        }
        assertEquals(12, counts.get(200) + counts.get(429), counts.toString());
        assertTrue(counts.get(200) >= 4, counts.toString());
        assertEquals(200, ask("/v1/predict", row(1)).statusCode());
    }

    private void deploy(ModelRegistry registry, Path model) {
        Deployment.run(
                DeployRequest.from(Map.of("model", model.toString(), "name", "rows", "stage", "production")),
                registry,
                folder,
                FileAccess.PLAIN,
                "a test");
    }

    @Test
    void aStageThatMovesIsFollowedWithoutALostAnswer() throws Exception {
        ModelRegistry registry = new ModelRegistry(folder.resolve("registry"));
        Path one = rows(8);
        Path other = rows(16);
        deploy(registry, one);
        serve(ModelSource.of(registry, ModelReference.read("rows@production")), settings());
        Map<String, double[]> right = Map.of("rows@1", alone(one), "rows@2", alone(other));
        CompletableFuture<LoadTest.Outcome> load = CompletableFuture.supplyAsync(() -> {
            try {
                return load(right).run(8, Duration.ofSeconds(4));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        deploy(registry, other);
        await("rows@2");
        registry.rollBack("rows", Stage.PRODUCTION, "a test");
        await("rows@1");
        LoadTest.Outcome outcome = load.get();
        assertTrue(outcome.right() >= 8, outcome.toString());
        assertEquals(0, outcome.wrong() + outcome.failed() + outcome.refused(), outcome.toString());
    }

    private void await(String model) throws InterruptedException {
        for (int i = 0; i < 600 && !server.model().equals(model); i++) {
            Thread.sleep(50);
        }
        assertEquals(model, server.model());
    }

    @Test
    void aDamagedVersionDoesNotTakeOver() throws Exception {
        ModelRegistry registry = new ModelRegistry(folder.resolve("registry"));
        deploy(registry, rows(8));
        serve(ModelSource.of(registry, ModelReference.read("rows@production")), settings());
        ModelVersion damaged = Deployment.run(
                        DeployRequest.from(Map.of("model", rows(16).toString(), "name", "rows")),
                        registry,
                        folder,
                        FileAccess.PLAIN,
                        "a test")
                .version();
        Path parameters = registry.open(damaged).resolve("model.safetensors");
        Files.delete(parameters);
        Files.writeString(parameters, "damaged");
        registry.point(damaged, Stage.PRODUCTION, "a test", List.of());
        for (int i = 0; i < 600 && log.stream().noneMatch(l -> l.contains("Still serving rows@1")); i++) {
            Thread.sleep(50);
        }
        assertTrue(log.stream().anyMatch(l -> l.contains("model.safetensors was changed")), log.toString());
        assertEquals(200, ask("/v1/predict", row(1)).statusCode());
        assertTrue(ask("/health", null).body().contains("\"refused\":\"rows@2\""));
    }

    @Test
    void malformedRequestsAreRefusedWithAReasonAndTheServerStaysUp() throws Exception {
        serve(ModelSource.of(rows(8)), settings());
        refuses(422, "needs \\\"instances\\\"", "/v1/predict", "{}");
        refuses(422, "no JSON object", "/v1/predict", "[1]");
        refuses(422, "not JSON at line 1 column", "/v1/predict", "{\"instances\": [");
        refuses(422, "not JSON", "/v1/predict", "[".repeat(50_000));
        refuses(422, "Instance 1 is no object", "/v1/predict", "{\"instances\": [7]}");
        refuses(422, "Instance 2 has no \\\"c0\\\"", "/v1/predict", row(1).replace("]}", ", {\"c9\": 1}]}"));
        refuses(422, "holds 'many' in Instance 1", "/v1/predict", row(1).replace("\"c0\": 1", "\"c0\": \"many\""));
        refuses(422, "a list or an object", "/v1/predict", row(1).replace("\"c0\": 1", "\"c0\": [1]"));
        refuses(413, "longer than 65536 bytes", "/v1/predict", " ".repeat(1 << 20));
        refuses(422, "not JSON at line 1", "/v1/predict", row(1).replace("\"c0\": 1", "\"c0\": NaN"));
        refuses(422, "not JSON at line 1", "/v1/predict", row(1).replace("\"instances\"", "instances"));
        refuses(422, "not JSON at line 1", "/v1/predict", row(1) + " and more");
        refuses(405, "takes POST", "/v1/predict", null);
        refuses(405, "takes GET", "/health", "{}");
        refuses(404, "predicts rows", "/v1/generate", "{\"prompt\": \"\"}");
        refuses(404, "There are: /v1/predict", "/v2/predict", "{}");
        assertTrue(raw(
                        "POST /v1/predict HTTP/1.1",
                        "Host: 127.0.0.1",
                        "Content-Type: application/json",
                        "Transfer-Encoding: chunked",
                        "Connection: close",
                        "",
                        "no number",
                        "")
                .contains("cannot be read"));
        HttpRequest plain = HttpRequest.newBuilder(URI.create(server.url() + "/v1/predict"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(row(1)))
                .build();
        assertEquals(415, http.send(plain, HttpResponse.BodyHandlers.ofString()).statusCode());
        assertEquals(200, ask("/v1/predict", row(1)).statusCode());
        assertEquals(
                200,
                ask("/v1/predict", row(1).replace("\"c0\": 1", "\"c0\": null")).statusCode());
    }

    /** The answer to a request that no client would make. */
    private String raw(String... lines) throws IOException {
        URI at = URI.create(server.url());
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
            // The JDK's server reads its settings once in a JVM, so another test may have made it wait for more.
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aTokenIsNeededWhereOneIsSet() throws Exception {
        String token = "a".repeat(ServeSettings.SHORTEST_TOKEN);
        serve(ModelSource.of(rows(8)), settings(token, 8, Duration.ZERO, Duration.ofMinutes(1)));
        refuses(401, "Authorization: Bearer", "/v1/predict", row(1));
        refuses(401, "Authorization: Bearer", "/v1/predict", row(1), "Authorization", "Bearer " + "b".repeat(16));
        refuses(401, "Authorization: Bearer", "/metrics", null);
        assertEquals(
                200,
                ask("/v1/predict", row(1), "Authorization", "Bearer " + token).statusCode());
        HttpResponse<String> health = ask("/health", null);
        assertEquals(200, health.statusCode());
        assertEquals("{\"status\":\"ok\"}", health.body().strip());
    }

    @Test
    void otherMachinesAreNotServedWithoutAToken() {
        for (String host : List.of("0.0.0.0", "192.0.2.1", "::")) {
            assertTrue(assertThrows(
                            InvalidInputException.class,
                            () -> new ServeSettings(
                                    host, 0, null, 1, Duration.ZERO, 1, 1, Duration.ZERO, Duration.ofSeconds(1), null))
                    .getMessage()
                    .contains("needs a token"));
        }
        assertThrows(InvalidInputException.class, () -> settings("short", 1, Duration.ZERO, Duration.ofSeconds(1)));
        assertTrue(assertThrows(InvalidInputException.class, () -> settings(null, 1, Duration.ZERO, Duration.ZERO))
                .getMessage()
                .contains("given up is 0.0s; it must be at least 1ms"));
    }

    @Test
    void textsGeneratedTogetherAreThoseGeneratedAlone() throws Exception {
        Path model = BenchmarkModels.writeLanguage(folder.resolve("gpt"), 16, 300, 32);
        serve(ModelSource.of(model), settings());
        List<String> right = new ArrayList<>();
        List<String> bodies = new ArrayList<>();
        try (TextGenerator alone = TextGenerator.load(FileAccess.PLAIN, model)) {
            for (int i = 0; i < 8; i++) {
                StringBuilder text = new StringBuilder();
                alone.generate("text " + i, 20 + i, new Sampling(1, 0, 1, i), text::append);
                right.add(text.toString());
                bodies.add("{\"prompt\": \"text " + i + "\", \"max_tokens\": " + (20 + i) + ", \"seed\": " + i + "}");
            }
        }
        LoadTest.Outcome outcome = new LoadTest(
                        server.url() + "/v1/generate", null, bodies, (i, answer) -> answer.get("text")
                                .getAsString()
                                .equals(right.get(i)))
                .run(8, Duration.ofSeconds(2));
        assertTrue(outcome.right() >= 8, outcome.toString());
        assertEquals(0, outcome.wrong() + outcome.failed() + outcome.refused(), outcome.toString());
        refuses(422, "needs \\\"prompt\\\"", "/v1/generate", "{}");
        refuses(422, "it must be 0", "/v1/generate", "{\"prompt\": \"\", \"temperature\": -1}");
        refuses(422, "whole number from 1", "/v1/generate", "{\"prompt\": \"\", \"max_tokens\": 0}");
        refuses(422, "Did you mean 'max_tokens'?", "/v1/generate", "{\"prompt\": \"\", \"maxTokens\": 3}");
        refuses(422, "at most 32", "/v1/generate", "{\"prompt\": \"" + "a".repeat(40) + "\"}");
    }

    @Test
    void saysWhatAnOptimisationGainsAndChanges() throws Exception {
        Path model = rows(8);
        serve(
                ModelSource.of(model),
                new ServeSettings(
                        "127.0.0.1",
                        0,
                        null,
                        16,
                        Duration.ZERO,
                        64,
                        1 << 16,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        Optimization.SCRIPT));
        assertTrue(
                log.stream().anyMatch(l -> l.matches("rows8 computes as script: .* times as fast .*")), log.toString());
        LoadTest.Outcome outcome = load(Map.of("rows8", alone(model))).run(4, Duration.ofSeconds(1));
        assertEquals(0, outcome.wrong() + outcome.failed() + outcome.refused(), outcome.toString());
    }

    @Test
    void countsWhatItAnswers() throws Exception {
        serve(ModelSource.of(rows(8)), settings());
        ask("/v1/predict", row(1));
        ask("/v1/predict", row(1));
        ask("/v1/predict", "{}");
        List<String> lines = Arrays.asList(ask("/metrics", null).body().split("\n"));
        assertTrue(lines.contains("llmos_requests_total{path=\"/v1/predict\",code=\"200\"} 2"), lines.toString());
        assertTrue(lines.contains("llmos_requests_total{path=\"/v1/predict\",code=\"422\"} 1"), lines.toString());
        assertTrue(lines.contains("llmos_request_seconds_count 2"), lines.toString());
        assertTrue(lines.contains("llmos_model_info{model=\"rows8\",hash=\"\"} 1"), lines.toString());
        assertTrue(
                lines.stream().allMatch(l -> l.startsWith("# ") || l.matches("[a-z_]+(\\{.*\\})? [-+0-9.E]+")),
                lines.toString());
    }
}
