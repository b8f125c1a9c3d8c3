package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.BenchmarkModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code llmos serve} as a process of its own, with a queue of two, two seconds for a request to be sent and five for its
 * answer to be taken.
 */
class ServeCommandTest {
    private static final String ROW = "{\"instances\": [{\"c0\": 1, \"c1\": 2}]}";
    private static final String HEAD =
            "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

    @TempDir
    private Path folder;

    private Process server;
    private URI url;

    @BeforeEach
    void serve() throws IOException {
        Path model = BenchmarkModels.writeRows(folder.resolve("rows"), 2, 4);
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dsun.net.httpserver.maxReqTime=2",
                        "-Dsun.net.httpserver.maxRspTime=5",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.jenkins.plugins.llmos.runner.Main",
                        "serve",
                        "--model=" + model,
                        "--port=0",
                        "--queue=2")
                .redirectErrorStream(true)
                .start();
        BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("Serving rows at ")) {
                url = URI.create(line.replaceFirst("Serving rows at (\\S+)\\. .*", "$1"));
                return;
            }
        }
        throw new AssertionError(said);
    }

    @AfterEach
    void end() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    /** Whatever is left open, each kind more often than the queue has places. */
    @Test
    void clientsThatSendNoWholeRequestStopNobodyElse() throws Exception {
        Map<String, String> brokenChunks = Map.of(
                "no number", CHUNKED + "no number\r\n",
                "no number after a good chunk", CHUNKED + "5\r\n{\"ins\r\nno number\r\n",
                "a chunk that is too long", CHUNKED + "2\r\n{}{}");
        Map<String, String> halves = Map.of(
                "half a line", "POST /v1/pre",
                "half a header", HEAD + "Content-Le",
                "half a chunk", CHUNKED + "ff\r\n{",
                "half a body", HEAD + "Content-Length: " + ROW.length() + "\r\n\r\n{",
                "less than was announced", HEAD + "Content-Length: 60000\r\n\r\n" + ROW,
                "half a body that nobody asked for", "POST /nowhere HTTP/1.1\r\nContent-Length: 9\r\n\r\nx");
        List<Socket> broken = open(brokenChunks);
        List<Socket> late = open(halves);
        List<Socket> idle = open(Map.of("nothing", "", "after an answer", "GET /health HTTP/1.1\r\n\r\n"));

        for (int i = 0; i < 5; i++) {
            assertEquals(200, predict().statusCode());
        }
        for (Socket socket : broken) {
            String answer = untilItIsClosed(socket);
            assertTrue(answer.startsWith("HTTP/1.1 400") && answer.contains("cannot be read: invalid chunk"), answer);
        }
        for (Socket socket : late) {
            untilItIsClosed(socket);
        }
        assertEquals(200, predict().statusCode());
        for (Socket socket : idle) {
            socket.close();
        }
    }

    @Test
    void aRequestThatIsStillSentDoesNotKeepItFromEnding() throws Exception {
        List<Socket> half = open(Map.of("half a body", HEAD + "Content-Length: 9\r\n\r\n{"));
        assertEquals(200, predict().statusCode());
        server.destroy();
        assertTrue(server.waitFor(60, TimeUnit.SECONDS), "does not end");
        for (Socket socket : half) {
            socket.close();
        }
    }

    @Test
    void clientsThatDoNotTakeTheirAnswerAreCutOffAndStopNobodyElse() throws Exception {
        // Of each row some hundred bytes are answered, together more than the buffers of a connection hold.
        String rows = "{\"instances\": [" + "{\"c0\":1,\"c1\":2},".repeat(40_000) + "{\"c0\":1,\"c1\":2}]}";
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(1024);
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            socket.getOutputStream()
                    .write((HEAD + "Content-Length: " + rows.length() + "\r\n\r\n" + rows)
                            .getBytes(StandardCharsets.US_ASCII));
            slow.add(socket);
        }
        for (Socket socket : slow) {
            // The beginning of the answer, so that the rest of it is on its way.
            socket.setSoTimeout(60_000);
            assertEquals('H', socket.getInputStream().read());
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(200, predict().statusCode());
        }
        for (Socket socket : slow) {
            assertTrue(isCutOff(socket), "a client that reads nothing was waited for");
            socket.close();
        }
        assertEquals(200, predict().statusCode());
    }

    /** Whether a connection is closed by the server within a minute. Writing shows it without taking any of the answer. */
    private static boolean isCutOff(Socket socket) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1); System.nanoTime() < end; Thread.sleep(50)) {
            try {
                socket.getOutputStream().write('\n');
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }

    private List<Socket> open(Map<String, String> sent) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (String text : sent.values()) {
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket(url.getHost(), url.getPort());
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                sockets.add(socket);
            }
        }
        return sockets;
    }

    /** What the server says until it closes the connection, which it must although the client does not. */
    private static String untilItIsClosed(Socket socket) throws IOException {
        StringBuilder said = new StringBuilder();
        try (socket) {
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                said.append((char) c);
            }
        } catch (SocketException e) {
            // Closed while something was left unread.
        }
        return said.toString();
    }

    private HttpResponse<String> predict() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(url.resolve("/v1/predict"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(ROW))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
