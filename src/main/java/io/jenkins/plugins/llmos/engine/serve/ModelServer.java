package io.jenkins.plugins.llmos.engine.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Serves one model over HTTP with JSON: {@code POST /v1/predict} or {@code /v1/generate}, {@code GET /v1/model}, {@code
 * /health} and {@code /metrics}. Requests beyond the queue are refused at once with 429, so that those taken in are answered
 * in time.
 */
public final class ModelServer implements AutoCloseable {
    private static final Set<String> COMPUTED = Set.of("/v1/predict", "/v1/generate");
    private static final List<String> KNOWN =
            List.of("/v1/predict", "/v1/generate", "/v1/model", "/health", "/metrics");
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final int THREADS = 2048;
    private static final int BACKLOG = 1024;
    /** Requests whose bodies are read at the same time at least, so that slow senders do not take the places of the queue. */
    private static final int READERS = 256;
    /** Seconds within which a request must be sent, and its answer be taken. */
    private static final int TRANSFER = 30;

    static {
        // Otherwise an answer waits for the client's delayed acknowledgement of its head.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        // Seconds in which a request must be here whole, so that slow senders do not hold threads.
        setIfAbsent("sun.net.httpserver.maxReqTime", Integer.toString(TRANSFER));
        // Otherwise what follows a broken chunk is waited for before the connection is closed; see RequestBody.discard.
        setIfAbsent("sun.net.httpserver.drainAmount", "0");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "1024");
        setIfAbsent("jdk.httpserver.maxConnections", "2048");
    }

    private final ServeSettings settings;
    private final ServeMetrics metrics = new ServeMetrics();
    private final ServedModel model;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Consumer<String> log;
    /** Requests that are read, waiting, computed or answered. */
    private final AtomicInteger open = new AtomicInteger();
    /** Those of them whose bodies are not here yet. */
    private final AtomicInteger reading = new AtomicInteger();
    /** Those of them that wait or are computed. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile boolean closing;

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Loads the model and begins to serve.
     *
     * @param access how the model is read
     * @param log takes a sentence for each thing that an administrator wants to know
     * @throws InvalidInputException if there is no model, or the address cannot be served on
     */
    public ModelServer(ModelSource source, FileAccess access, ServeSettings settings, Consumer<String> log) {
        this.settings = settings;
        this.log = log;
        // Seconds between the end of a request and that of its answer, so that clients that do not read hold no
        // threads.
        setIfAbsent(
                "sun.net.httpserver.maxRspTime",
                Long.toString(settings.timeout().toSeconds() + TRANSFER));
        InetSocketAddress address = new InetSocketAddress(ServeSettings.address(settings.host()), settings.port());
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Port " + settings.port() + " of " + settings.host() + " cannot be served on: " + e.getMessage()
                            + ". Take another port, or 0 for any that is free.",
                    e);
        }
        try {
            model = new ServedModel(source, access, settings, metrics, log);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(0, THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "llmos-serve-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it is served, such as {@code http://127.0.0.1:8080}. */
    public String url() {
        String host = server.getAddress().getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort();
    }

    /** The model that is served now, such as {@code reviews@3}. */
    public String model() {
        return model.current().found().name();
    }

    /** An answer: its status, and what it says. */
    private record Answer(int status, String type, String body, Map<String, String> headers) {
        private static Answer json(int status, Object body) {
            return new Answer(status, JSON, Json.line(body) + "\n", Map.of());
        }

        private static Answer error(int status, String why) {
            return json(status, Map.of("error", why));
        }

        private Answer with(String header, String value) {
            return new Answer(status, type, body, Map.of(header, value));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        open.incrementAndGet();
        try {
            respond(exchange);
        } finally {
            open.decrementAndGet();
        }
    }

    private void respond(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        String path = exchange.getRequestURI().getPath();
        Answer answer;
        try {
            answer = answer(exchange, path);
        } catch (InvalidInputException e) {
            answer = Answer.error(422, e.getMessage());
        } catch (RuntimeException e) {
            log.accept("A request to " + path + " failed: " + (e.getCause() == null ? e : e.getCause()));
            answer = Answer.error(500, "The model failed; what the server prints says why.");
        }
        metrics.answered(KNOWN.contains(path) ? path : "other", answer.status);
        if (answer.status == 200 && COMPUTED.contains(path)) {
            metrics.took(System.nanoTime() - start);
        }
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        answer.headers.forEach(exchange.getResponseHeaders()::set);
        boolean last = answer.status == 400 || answer.status == 413 || closing;
        if (last) {
            // What was not read of the body would have to be, to use the connection again.
            exchange.getResponseHeaders().set("Connection", "close");
        }
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head && !last) {
                discard(exchange);
            }
            exchange.sendResponseHeaders(answer.status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
                exchange.getResponseBody().flush();
                if (!last) {
                    discard(exchange);
                }
            }
        }
    }

    private void discard(HttpExchange exchange) throws IOException {
        reading.incrementAndGet();
        try {
            RequestBody.discard(exchange.getRequestBody());
        } finally {
            reading.decrementAndGet();
        }
    }

    private Answer answer(HttpExchange exchange, String path) {
        String method = exchange.getRequestMethod();
        boolean computed = COMPUTED.contains(path);
        if (!KNOWN.contains(path)) {
            return Answer.error(404, "There is no '" + path + "'. There are: " + String.join(", ", KNOWN) + ".");
        }
        if (computed ? !method.equals("POST") : !method.equals("GET") && !method.equals("HEAD")) {
            return Answer.error(405, path + " takes " + (computed ? "POST" : "GET") + ".")
                    .with("Allow", computed ? "POST" : "GET, HEAD");
        }
        if (!path.equals("/health") && !mayAsk(exchange)) {
            return settings.token() == null
                    ? Answer.error(403, "This server answers requests to the loopback address alone.")
                    : Answer.error(401, "The request needs the header 'Authorization: Bearer TOKEN'.")
                            .with("WWW-Authenticate", "Bearer");
        }
        return switch (path) {
            case "/health" -> health();
            case "/metrics" ->
                new Answer(
                        200,
                        PROMETHEUS,
                        metrics.print(model(), model.current().found().hash(), pending.get()),
                        Map.of());
            case "/v1/model" -> describe();
            default -> compute(exchange, path);
        };
    }

    /**
     * With a token, whether the request bears it. Without, whether it names the loopback address: a page from elsewhere
     * whose name was made to lead here does not.
     */
    private boolean mayAsk(HttpExchange exchange) {
        if (settings.token() != null) {
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            return given != null
                    && MessageDigest.isEqual(
                            given.getBytes(StandardCharsets.UTF_8),
                            ("Bearer " + settings.token()).getBytes(StandardCharsets.UTF_8));
        }
        String host = exchange.getRequestHeaders().getFirst("Host");
        String name = host == null ? "" : host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.matches("127(\\.\\d{1,3}){3}") || name.equals("[::1]");
    }

    private Answer health() {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", closing ? "closing" : "ok");
        if (settings.token() == null) {
            health.put("model", model());
            if (!model.refused().isEmpty()) {
                health.put("refused", model.refused());
            }
        }
        return Answer.json(closing ? 503 : 200, health);
    }

    private Answer describe() {
        ServedModel.Loaded loaded = model.current();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("model", loaded.found().name());
        about.put("hash", loaded.found().hash());
        about.put("path", loaded.lane().path());
        about.putAll(loaded.lane().describe());
        return Answer.json(200, about);
    }

    private Answer compute(HttpExchange exchange, String path) {
        String own = model.current().lane().path();
        if (!path.equals(own)) {
            return Answer.error(
                    404,
                    "The model " + model() + (own.equals("/v1/predict") ? " predicts rows" : " goes on with texts")
                            + "; ask " + own + ".");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            return Answer.error(415, "The request needs the header 'Content-Type: application/json'.");
        }
        if (closing) {
            return Answer.error(503, "The server is closing.");
        }
        if (pending.get() >= settings.queue()) {
            return busy(settings.queue(), "waiting");
        }
        int readers = Math.max(READERS, settings.queue());
        byte[] body;
        try {
            if (reading.incrementAndGet() > readers) {
                return busy(readers, "being sent");
            }
            body = RequestBody.read(exchange.getRequestBody(), settings.maxBody());
        } catch (IOException e) {
            return Answer.error(400, "The body of the request cannot be read: " + e.getMessage() + ".");
        } finally {
            reading.decrementAndGet();
        }
        if (body == null) {
            return Answer.error(
                    413, "The request is longer than " + settings.maxBody() + " bytes. Send fewer rows at once.");
        }
        try {
            return pending.incrementAndGet() > settings.queue() ? busy(settings.queue(), "waiting") : compute(body);
        } finally {
            pending.decrementAndGet();
        }
    }

    private static Answer busy(int requests, String how) {
        return Answer.error(429, requests + " requests are " + how + " already. Ask again later.")
                .with("Retry-After", "1");
    }

    private Answer compute(byte[] body) {
        ServedModel.Submitted submitted = model.submit(RequestBody.parse(body));
        try {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("model", submitted.by().name());
            answer.putAll(submitted.answer().get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS));
            return Answer.json(200, answer);
        } catch (TimeoutException e) {
            submitted.answer().cancel(false);
            return Answer.error(
                            503,
                            "There was no answer within " + settings.timeout().toSeconds() + " seconds.")
                    .with("Retry-After", "1");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.error(503, "The server is closing.");
        }
    }

    /** Requests that are waiting or computed. */
    public int pending() {
        return pending.get();
    }

    /** Takes no more requests, answers those that are here whole, for some seconds at most, and ends. */
    @Override
    public void close() {
        closing = true;
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        try {
            while (open.get() > reading.get() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdown();
        model.close();
    }
}
