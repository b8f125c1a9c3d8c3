package io.jenkins.plugins.llmos.plugin;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real Jenkins for the tests of one class, in a new home and on the loopback address, with the freshly built plugin. */
final class JenkinsServer implements BeforeAllCallback, AfterAllCallback {
    private static final Duration LONGEST_START = Duration.ofMinutes(6);
    /** Halves the processor time until Jenkins answers. Benchmarks take it back by {@link #FULL_SPEED}. */
    private static final String QUICK_TO_START = "-XX:TieredStopAtLevel=1";

    /** An option for a Jenkins whose times are taken. */
    static final String FULL_SPEED = "-XX:TieredStopAtLevel=4";

    private static final Duration LONGEST_BUILD = Duration.ofMinutes(6);

    private final List<Process> agents = new ArrayList<>();
    private final List<String> options;
    private JenkinsFiles files;
    private Path home;
    private Path log;
    private int port;
    private Process process;
    private HttpClient http;
    private String crumb;

    /** @param options of its Java, beside those that all tests need */
    JenkinsServer(String... options) {
        this.options = List.of(options);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        files = JenkinsFiles.findOrSkip();
        home = Files.createTempDirectory("llmos-jenkins");
        log = Files.createDirectories(Path.of("target", "jenkins"))
                .resolve(context.getRequiredTestClass().getSimpleName() + ".log")
                .toAbsolutePath();
        Files.deleteIfExists(log);
        UnpackedJenkins unpacked = new UnpackedJenkins(files);
        unpacked.putInto(home);
        Files.copy(JenkinsFiles.HPI, home.resolve("plugins").resolve("llmos.jpi"));
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = any.getLocalPort();
        }
        start();
        unpacked.keep(home);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (process != null) {
            killAgents();
            kill();
            delete(home);
        }
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Starts it, the first time or again. */
    void start() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xmx640m",
                "-XX:+UseSerialGC",
                QUICK_TO_START,
                "-Djava.awt.headless=true",
                "-Djenkins.install.runSetupWizard=false",
                "-Dhudson.model.UpdateCenter.never=true",
                "-Dhudson.model.DownloadService.never=true"));
        command.addAll(options);
        command.addAll(List.of("-jar", files.war().toString(), "--httpListenAddress=127.0.0.1", "--httpPort=" + port));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JENKINS_HOME", home.toString());
        process = builder.start();
        http = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        await(LONGEST_START, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("Jenkins did not start; see " + log);
            }
            try {
                return send(HttpRequest.newBuilder(uri("api/json"))).statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        });
        crumb = json("crumbIssuer/api/json").get("crumb").getAsString();
    }

    /** Ends it as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends all agents at once. */
    void killAgents() throws InterruptedException {
        for (Process agent : agents) {
            agent.destroyForcibly().waitFor();
        }
    }

    /** Ends it as an administrator would. */
    void shutDown() throws InterruptedException {
        process.destroy();
        process.waitFor(1, TimeUnit.MINUTES);
    }

    /** Puts a file into its home. */
    void home(String file, String text) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), text);
    }

    /** What Jenkins wrote to its log. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Connects an agent, a process of its own with one executor and its name as its label. */
    Process agent(String name, Path folder) throws Exception {
        script("""
                def agent = new hudson.slaves.DumbSlave('%s', '%s', new hudson.slaves.JNLPLauncher())
                agent.numExecutors = 1
                Jenkins.get().addNode(agent)
                """.formatted(name, folder));
        return connect(name, folder);
    }

    /** Connects an agent again. */
    Process connect(String name, Path folder) throws Exception {
        return connect(name, folder, Map.of());
    }

    /** Connects an agent whose process has variables of its own. */
    Process connect(String name, Path folder, Map<String, String> environment) throws Exception {
        Path jar = folder.resolve("agent.jar");
        http.send(HttpRequest.newBuilder(uri("jnlpJars/agent.jar")).build(), BodyHandlers.ofFile(jar));
        String secret = script("print Jenkins.get().getComputer('%s').jnlpMac".formatted(name));
        ProcessBuilder builder = new ProcessBuilder(
                        java(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        QUICK_TO_START,
                        "-jar",
                        jar.toString(),
                        "-url",
                        uri("").toString(),
                        "-name",
                        name,
                        "-secret",
                        secret,
                        "-webSocket",
                        "-workDir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile());
        builder.environment().putAll(environment);
        Process agent = builder.start();
        agents.add(agent);
        await(LONGEST_START, () -> script("print Jenkins.get().getComputer('%s').online".formatted(name))
                .equals("true"));
        return agent;
    }

    /** Starts a build of a new job with a sandboxed Pipeline. */
    void begin(String job, String pipeline) throws Exception {
        String text = Base64.getEncoder().encodeToString(pipeline.getBytes(StandardCharsets.UTF_8));
        script("""
                def job = Jenkins.get().createProject(org.jenkinsci.plugins.workflow.job.WorkflowJob, '%s')
                def text = new String('%s'.decodeBase64(), 'UTF-8')
                job.definition = new org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition(text, true)
                job.scheduleBuild2(0).waitForStart()
                """.formatted(job, text));
    }

    /** Waits for the end of the job's one build and returns its result. */
    String end(String job) throws Exception {
        await(
                LONGEST_BUILD,
                () -> !json("job/" + job + "/1/api/json").get("building").getAsBoolean());
        return json("job/" + job + "/1/api/json").get("result").getAsString();
    }

    /** Builds a new job and returns the result. */
    String run(String job, String pipeline) throws Exception {
        begin(job, pipeline);
        return end(job);
    }

    /** The log of the job's one build. */
    String log(String job) throws Exception {
        return get("job/" + job + "/1/consoleText");
    }

    /** Waits until the log of a job's one build says something. */
    void awaitLog(String job, String text) throws Exception {
        await(LONGEST_BUILD, () -> {
            boolean building =
                    json("job/" + job + "/1/api/json").get("building").getAsBoolean();
            String log = log(job);
            if (!building && !log.contains(text)) {
                throw new AssertionError("the build ended without '" + text + "':\n" + log);
            }
            return log.contains(text);
        });
    }

    /** Presses the button that aborts the job's one build. */
    void abort(String job) throws Exception {
        post("job/" + job + "/1/stop", "why", "test");
    }

    String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))).body();
    }

    /** The same for a reader of a language. */
    String get(String path, String language) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).header("Accept-Language", language))
                .body();
    }

    /** A user who has an API token, made here. */
    Visitor visitor(String user) throws IOException, InterruptedException {
        String token = script("print hudson.model.User.getById('" + user
                + "', true).getProperty(jenkins.security.ApiTokenProperty).generateNewToken('test').plainValue");
        return new Visitor(Base64.getEncoder().encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8)));
    }

    /** Asks as a certain user. */
    final class Visitor {
        private final String login;

        private Visitor(String login) {
            this.login = login;
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return ask(HttpRequest.newBuilder(uri(path)));
        }

        /** Sends a form, encoded already. */
        HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
            return ask(HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form)));
        }

        private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
            return HttpClient.newHttpClient()
                    .send(
                            request.header("Authorization", "Basic " + login)
                                    .timeout(Duration.ofMinutes(1))
                                    .build(),
                            BodyHandlers.ofString());
        }
    }

    /** Runs a script in the script console and returns what it printed. */
    String script(String groovy) throws IOException, InterruptedException {
        return post("scriptText", "script", groovy).strip();
    }

    /** Sends a form of one field. */
    String post(String path, String field, String value) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                        .header("Jenkins-Crumb", crumb)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(field + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))))
                .body();
    }

    private JsonObject json(String path) throws IOException, InterruptedException {
        return JsonParser.parseString(get(path)).getAsJsonObject();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofMinutes(1)).build(), BodyHandlers.ofString());
    }

    /** What somebody who is not logged in gets. */
    int status(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri(path))
                                .timeout(Duration.ofMinutes(1))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    /** The status of a form that is sent without a crumb. */
    int postWithoutCrumb(String path, String form) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)))
                .statusCode();
    }

    /** Runs a command of Jenkins' command line and returns what it printed. */
    String command(String... arguments) throws IOException, InterruptedException {
        Path jar = home.resolve("jenkins-cli.jar");
        if (!Files.exists(jar)) {
            http.send(HttpRequest.newBuilder(uri("jnlpJars/jenkins-cli.jar")).build(), BodyHandlers.ofFile(jar));
        }
        List<String> command =
                new ArrayList<>(List.of(java(), "-jar", jar.toString(), "-s", uri("").toString(), "-http"));
        command.addAll(List.of(arguments));
        Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        cli.waitFor();
        return out;
    }

    /** The whole address of a page. */
    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/" + path);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Waits as long as a build may take. */
    static void await(Callable<Boolean> condition) throws Exception {
        await(LONGEST_BUILD, condition);
    }

    static void await(Duration longest, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + longest.toSeconds() + " s");
            }
            Thread.sleep(300);
        }
    }
}
