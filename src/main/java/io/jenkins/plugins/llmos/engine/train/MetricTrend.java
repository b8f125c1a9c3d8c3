package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import io.jenkins.plugins.llmos.engine.report.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What trainings returned over the runs of a job: a chart for each metric, a curve for each training. */
public final class MetricTrend {
    /** The metrics that have a chart, in its order. */
    private static final Map<String, Quantity> METRICS = new LinkedHashMap<>();

    static {
        METRICS.put("accuracy", Quantity.SHARE);
        METRICS.put("macroF1", Quantity.NUMBER);
        METRICS.put("auc", Quantity.NUMBER);
        METRICS.put("rmse", Quantity.NUMBER);
        METRICS.put("mae", Quantity.NUMBER);
        METRICS.put("r2", Quantity.NUMBER);
        METRICS.put("perplexity", Quantity.NUMBER);
        METRICS.put("loss", Quantity.NUMBER);
        METRICS.put("epsilon", Quantity.NUMBER);
        METRICS.put("seconds", Quantity.SECONDS);
    }

    private final Map<String, Map<String, TreeMap<Double, Double>>> points = new LinkedHashMap<>();

    /** Those of a training's results that are followed, in the order of the charts. */
    public static Map<String, Double> of(Map<String, Object> result) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (String name : METRICS.keySet()) {
            if (result.get(name) instanceof Number n && Double.isFinite(n.doubleValue())) {
                metrics.put(name, n.doubleValue());
            }
        }
        return metrics;
    }

    /** Writes a metric as people read it. */
    public static String format(String metric, double value) {
        return METRICS.getOrDefault(metric, Quantity.NUMBER).format(value);
    }

    /**
     * Adds what a training returned.
     *
     * @param run number of the run
     * @param training its name
     */
    public void add(int run, String training, Map<String, Double> metrics) {
        metrics.forEach((metric, value) -> points.computeIfAbsent(metric, m -> new LinkedHashMap<>())
                .computeIfAbsent(training, t -> new TreeMap<>())
                .put((double) run, value));
    }

    /** The charts. */
    public List<Figure> figures(Words words) {
        List<Figure> figures = new ArrayList<>();
        METRICS.forEach((metric, quantity) -> {
            List<Series> series = new ArrayList<>();
            points.getOrDefault(metric, Map.of()).forEach((training, values) -> {
                series.add(Series.of(training, List.copyOf(values.keySet()), List.copyOf(values.values())));
            });
            if (!series.isEmpty()) {
                String name = words.figure(metric);
                String title = words.text("trend.title", name);
                figures.add(LineChart.of(
                        title,
                        words.text("trend.description", name),
                        Axis.of(words.text("trend.build")),
                        Axis.of(name, quantity),
                        series));
            }
        });
        return figures;
    }
}
