package io.jenkins.plugins.llmos.runner.jenkins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code llmos jenkins} as a user starts it, and the example Pipelines in it. */
class JenkinsCommandIT {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private static Process process;
    private static Path output;
    private static URI uri;

    @BeforeAll
    static void start() throws Exception {
        try {
            // No site at this port, so that the tests download nothing.
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("JENKINS_UC", "http://127.0.0.1:1/");
            JenkinsFiles.find(null, null, environment, System.out);
        } catch (InvalidInputException e) {
            Assumptions.abort("Skipped: " + e.getMessage());
        }
        output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-jar", TARGET.resolve("llmos.jar").toString(), "jenkins"));
        command.addAll(List.of("--port", "0", "--devices", "2", "--home", "home"));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await(() -> !process.isAlive() || said().contains("Jenkins is at "));
        Matcher at = Pattern.compile("Jenkins is at (\\S+)").matcher(said());
        assertTrue(at.find(), JenkinsCommandIT::said);
        uri = URI.create(at.group(1));
    }

    @AfterAll
    static void end() throws Exception {
        if (process == null) {
            return;
        }
        long[] children = process.descendants().mapToLong(ProcessHandle::pid).toArray();
        process.destroy();
        assertTrue(process.waitFor(90, TimeUnit.SECONDS), "does not end");
        assertEquals(0, process.exitValue(), JenkinsCommandIT::said);
        for (long child : children) {
            assertFalse(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false), "left a process");
        }
    }

    /** What the command line runs, unchanged. */
    private static Stream<String> examples(Predicate<String> which) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("test-jenkinsfiles"))) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".Jenkinsfile"))
                    .map(f -> f.replace(".Jenkinsfile", ""))
                    .filter(which)
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** The applications ask for little that the first of them does not, and one example takes minutes. */
    private static boolean isLong(String example) {
        return (example.startsWith("scenario-") && !example.equals("scenario-content-moderation"))
                || example.equals("private-digits");
    }

    static Stream<String> shortExamples() throws IOException {
        return examples(e -> !isLong(e));
    }

    static Stream<String> longExamples() throws IOException {
        return examples(JenkinsCommandIT::isLong);
    }

    @ParameterizedTest
    @MethodSource("shortExamples")
    void everyExampleRuns(String example) throws Exception {
        if (example.startsWith("private")) {
            allowPrivateTrainings();
        }
        assertEquals("SUCCESS", build(example), () -> log(example));
    }

    @ParameterizedTest
    @MethodSource("longExamples")
    @Tag("endurance")
    void everyLongExampleRuns(String example) throws Exception {
        everyExampleRuns(example);
    }

    /** As an administrator has to, once. */
    private static void allowPrivateTrainings() throws Exception {
        String script = """
                def found = Jenkins.get().pluginManager.uberClassLoader.&loadClass
                def budget = found('io.jenkins.plugins.llmos.plugin.privacy.DataSetBudget').getDeclaredConstructor().newInstance()
                budget.dataSet = 'digits'
                budget.epsilon = 15
                budget.delta = 4e-5
                GlobalConfiguration.all().find { it.class.simpleName == 'PrivacyConfiguration' }.budgets = [budget]
                null
                """;
        HttpResponse<String> answer = post(
                "scriptText", BodyPublishers.ofString("script=" + URLEncoder.encode(script, StandardCharsets.UTF_8)));
        assertEquals("", answer.body().strip());
    }

    private static HttpResponse<String> post(String path, HttpRequest.BodyPublisher body) throws Exception {
        JsonObject crumb = json("crumbIssuer/api/json");
        HttpRequest request = HttpRequest.newBuilder(uri.resolve(path))
                .header(
                        crumb.get("crumbRequestField").getAsString(),
                        crumb.get("crumb").getAsString())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(body)
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static String build(String job) throws Exception {
        assertEquals(
                201,
                post("job/" + job + "/build?delay=0sec", BodyPublishers.noBody())
                        .statusCode());
        String path = "job/" + job + "/1/api/json";
        await(() -> status(path) == 200 && !json(path).get("building").getAsBoolean());
        return json(path).get("result").getAsString();
    }

    private static String log(String job) {
        try {
            return get("job/" + job + "/1/consoleText");
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private static String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int status(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(uri.resolve(path)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static String get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(uri.resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private static JsonObject json(String path) throws IOException, InterruptedException {
        return JsonParser.parseString(get(path)).getAsJsonObject();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LONGEST.toSeconds() + " s");
            }
            Thread.sleep(300);
        }
    }
}
