package io.jenkins.plugins.llmos.engine.serve;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts, in the text format of Prometheus (version 0.0.4). */
final class ServeMetrics {
    /** Upper bounds in seconds of the classes of how long a request took. */
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private static final double[] BATCHES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final Histogram seconds = new Histogram(SECONDS);
    private final Histogram batches = new Histogram(BATCHES);
    private final LongAdder tokens = new LongAdder();
    private final LongAdder reloads = new LongAdder();
    private final LongAdder failedReloads = new LongAdder();

    /** Counts of values up to bounds. */
    private static final class Histogram {
        private final double[] bounds;
        private final AtomicLongArray counts;
        private final DoubleAdder sum = new DoubleAdder();

        private Histogram(double[] bounds) {
            this.bounds = bounds;
            this.counts = new AtomicLongArray(bounds.length + 1);
        }

        private void add(double value) {
            int i = 0;
            while (i < bounds.length && value > bounds[i]) {
                i++;
            }
            counts.incrementAndGet(i);
            sum.add(value);
        }

        private void print(StringBuilder to, String name, String help) {
            head(to, name, "histogram", help);
            long below = 0;
            for (int i = 0; i <= bounds.length; i++) {
                below += counts.get(i);
                String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
                to.append(name)
                        .append("_bucket{le=\"")
                        .append(bound)
                        .append("\"} ")
                        .append(below)
                        .append('\n');
            }
            to.append(name).append("_sum ").append(number(sum.sum())).append('\n');
            to.append(name).append("_count ").append(below).append('\n');
        }
    }

    /** An answer was given. */
    void answered(String path, int status) {
        requests.computeIfAbsent("path=\"" + path + "\",code=\"" + status + "\"", k -> new LongAdder())
                .increment();
    }

    /** A request was answered with what it asked for. */
    void took(long nanos) {
        seconds.add(nanos / 1e9);
    }

    /** So many rows, or texts, were computed in one pass. */
    void batch(int size) {
        batches.add(size);
    }

    /** A text of so many tokens was made. */
    void tokens(long count) {
        tokens.add(count);
    }

    void reloaded() {
        reloads.increment();
    }

    void reloadFailed() {
        failedReloads.increment();
    }

    /**
     * All figures.
     *
     * @param model that is served
     * @param hash of its files
     * @param waiting requests that are waiting or computed
     */
    String print(String model, String hash, int waiting) {
        StringBuilder text = new StringBuilder();
        head(text, "llmos_model_info", "gauge", "The model that is served.");
        text.append("llmos_model_info{model=\"")
                .append(escaped(model))
                .append("\",hash=\"")
                .append(hash)
                .append("\"} 1\n");
        head(text, "llmos_requests_total", "counter", "Answers by path and status.");
        new TreeMap<>(requests).forEach((labels, count) -> text.append("llmos_requests_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        seconds.print(text, "llmos_request_seconds", "How long successful requests took, waiting included.");
        batches.print(text, "llmos_batch_size", "Rows, or texts, that were computed in one pass.");
        one(text, "llmos_pending_requests", "gauge", "Requests that are waiting or computed.", waiting);
        one(text, "llmos_generated_tokens_total", "counter", "Tokens that were made.", tokens.sum());
        one(text, "llmos_reloads_total", "counter", "Times that another version was loaded.", reloads.sum());
        one(
                text,
                "llmos_failed_reloads_total",
                "counter",
                "Times that another version could not be loaded.",
                failedReloads.sum());
        return text.toString();
    }

    private static void one(StringBuilder to, String name, String type, String help, long value) {
        head(to, name, type, help);
        to.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder to, String name, String type, String help) {
        to.append("# HELP ").append(name).append(' ').append(help).append('\n');
        to.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }
}
