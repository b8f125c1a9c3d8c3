package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;

/**
 * Clients that ask a server again and again, each as soon as it has its answer, and compare each answer with the one that
 * is right.
 */
public final class LoadTest {
    private final String url;
    private final String token;
    private final List<String> bodies;
    private final BiPredicate<Integer, JsonObject> isRight;

    /**
     * @param url of the requests
     * @param token that they bear, null for none
     * @param bodies that are asked in turns
     * @param isRight whether an answer is that of a body, by its index
     */
    public LoadTest(String url, String token, List<String> bodies, BiPredicate<Integer, JsonObject> isRight) {
        this.url = url;
        this.token = token;
        this.bodies = List.copyOf(bodies);
        this.isRight = isRight;
    }

    /**
     * What came of it.
     *
     * @param right answers
     * @param wrong answers: of another request, or not as they should be
     * @param refused requests, answered with 429
     * @param failed requests, with another answer or none
     * @param perSecond right answers
     * @param p50 median of how long a right answer took, in seconds
     * @param p99 likewise
     */
    public record Outcome(
            long right, long wrong, long refused, long failed, double perSecond, double p50, double p99) {}

    /** What one client saw. */
    private static final class Seen {
        private long[] nanos = new long[1024];
        private int right;
        private long wrong;
        private long refused;
        private long failed;

        private void right(long time) {
            if (right == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * right);
            }
            nanos[right++] = time;
        }
    }

    /**
     * Asks.
     *
     * @param clients how many ask at the same time
     * @param time for how long
     */
    public Outcome run(int clients, Duration time) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(clients, task -> {
            Thread thread = new Thread(task, "llmos-load");
            thread.setDaemon(true);
            return thread;
        });
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        try {
            long start = System.nanoTime();
            List<Future<Seen>> all = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                int first = c;
                all.add(threads.submit(() -> ask(http, first, clients, start + time.toNanos())));
            }
            List<Seen> seen = new ArrayList<>();
            for (Future<Seen> one : all) {
                seen.add(one.get());
            }
            return outcome(seen, (System.nanoTime() - start) / 1e9);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private Seen ask(HttpClient http, int first, int step, long until) throws InterruptedException {
        Seen seen = new Seen();
        for (int i = first; System.nanoTime() < until; i += step) {
            int body = Math.floorMod(i, bodies.size());
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofMinutes(1))
                    .POST(HttpRequest.BodyPublishers.ofString(bodies.get(body)));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            long start = System.nanoTime();
            try {
                HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                long took = System.nanoTime() - start;
                if (response.statusCode() == 429) {
                    seen.refused++;
                } else if (response.statusCode() != 200) {
                    seen.failed++;
                } else if (isRight.test(
                        body, JsonParser.parseString(response.body()).getAsJsonObject())) {
                    seen.right(took);
                } else {
                    seen.wrong++;
                }
            } catch (IOException e) {
                seen.failed++;
            }
        }
        return seen;
    }

    private static Outcome outcome(List<Seen> all, double seconds) {
        long[] nanos = all.stream()
                .flatMapToLong(s -> Arrays.stream(s.nanos, 0, s.right))
                .sorted()
                .toArray();
        return new Outcome(
                nanos.length,
                all.stream().mapToLong(s -> s.wrong).sum(),
                all.stream().mapToLong(s -> s.refused).sum(),
                all.stream().mapToLong(s -> s.failed).sum(),
                nanos.length / seconds,
                quantile(nanos, 0.5),
                quantile(nanos, 0.99));
    }

    private static double quantile(long[] sorted, double q) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, q * sorted.length)] / 1e9;
    }
}
