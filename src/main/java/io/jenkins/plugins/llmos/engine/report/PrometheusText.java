package io.jenkins.plugins.llmos.engine.report;

import java.util.Locale;

/**
 * Writes metrics in Prometheus' text format, version 0.0.4. Names and labels are given by the program, the values of
 * labels may be any text.
 */
public final class PrometheusText {
    /** The content type that goes with it. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder out = new StringBuilder();
    private String name = "";

    /** Begins a metric of which samples follow: a value that goes up and down. */
    public PrometheusText gauge(String metric, String help) {
        return begin(metric, help, "gauge");
    }

    /** Begins a metric of which samples follow: a count that only grows. */
    public PrometheusText counter(String metric, String help) {
        return begin(metric, help, "counter");
    }

    private PrometheusText begin(String metric, String help, String type) {
        name = metric;
        out.append("# HELP ").append(name).append(' ').append(escape(help)).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /**
     * A sample of the metric that was begun last.
     *
     * @param labels names and values in turn
     */
    public PrometheusText sample(double value, String... labels) {
        out.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            out.append(escape(labels[i + 1]).replace("\"", "\\\"")).append('"');
        }
        out.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
        return this;
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.6g", value);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
