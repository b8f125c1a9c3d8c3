package io.jenkins.plugins.llmos.runner.jenkins;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A running Jenkins on the loopback address. */
public final class JenkinsProcess {
    private static final Duration LONGEST_START = Duration.ofMinutes(5);
    private static final Duration LONGEST_END = Duration.ofMinutes(1);

    private final Process process;
    private final URI uri;
    private final Path log;

    private JenkinsProcess(Process process, URI uri, Path log) {
        this.process = process;
        this.uri = uri;
        this.log = log;
    }

    /**
     * Starts Jenkins: with no setup wizard, and asking nobody for updates.
     *
     * @param war of Jenkins
     * @param home prepared
     * @param folder whose {@code test-jenkinsfiles} become jobs
     * @param devices simulated devices, and builds at once, at least 1
     * @param port to listen at, 0 for any that is free
     * @throws InvalidInputException if the port is taken
     */
    public static JenkinsProcess start(Path war, Path home, Path folder, int devices, int port) throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Port " + port + " cannot be used: " + e.getMessage() + ". Choose another one with --port.", e);
        }
        Path log = home.resolve("jenkins.log").toAbsolutePath();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-Djenkins.install.runSetupWizard=false",
                        "-Dhudson.model.UpdateCenter.never=true",
                        "-Dhudson.model.DownloadService.never=true",
                        "-Dio.jenkins.plugins.llmos.demo=" + folder.toAbsolutePath(),
                        "-Dio.jenkins.plugins.llmos.demoDevices=" + devices,
                        "-jar",
                        war.toAbsolutePath().toString(),
                        "--httpListenAddress=127.0.0.1",
                        "--httpPort=" + free)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JENKINS_HOME", home.toAbsolutePath().toString());
        return new JenkinsProcess(builder.start(), URI.create("http://127.0.0.1:" + free + "/"), log);
    }

    public URI uri() {
        return uri;
    }

    public Path log() {
        return log;
    }

    /**
     * Waits until Jenkins answers.
     *
     * @return false if it ended instead
     */
    public boolean awaitStart() throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                HttpRequest request = HttpRequest.newBuilder(uri.resolve("api/json"))
                        .timeout(Duration.ofSeconds(10))
                        .build();
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return true;
                }
            } catch (IOException e) {
                // It does not listen yet.
                Thread.sleep(200);
            }
            Thread.sleep(200);
        }
        return false;
    }

    /** Waits for the end and returns the exit status. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Lets Jenkins write what it must and leave, and ends it at once when that takes too long. */
    public void end() {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
