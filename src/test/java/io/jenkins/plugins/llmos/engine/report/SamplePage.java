package io.jenkins.plugins.llmos.engine.report;

import io.jenkins.plugins.llmos.engine.report.Timeline.Bar;
import io.jenkins.plugins.llmos.engine.report.Timeline.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A page with every kind of figure: the tests' input, and, run by hand with a file name, something to look at. */
final class SamplePage {
    private SamplePage() {}

    public static void main(String[] arguments) throws IOException {
        page().write(Path.of(arguments[0]));
    }

    static HtmlPage page() {
        HtmlTable results = new HtmlTable("Results", List.of("Training", "Accuracy", "Loss", "Seconds"));
        results.row("mlp", "97.1 %", "0.0981", "21 s")
                .row("cnn", "98.8 %", "0.0412", "1m 12s")
                .row("logistic <script>", "—", "0.312", "4 s");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Jenkinsfile", "test-jenkinsfiles/quickstart.Jenkinsfile");
        facts.put("Result", "SUCCESS");
        facts.put("Fingerprint", "e976ffe82b42b80e8842124da99efa2c6685904be41fcc7f85d849ae9da4862a");
        return new HtmlPage("Quickstart <script>alert(1)</script>")
                .facts(facts)
                .table(results)
                .heading("Curves")
                .figure(losses())
                .figure(accuracy())
                .heading("Devices")
                .figure(timeline())
                .heading("Policies")
                .figure(times())
                .figure(means())
                .heading("A model")
                .figure(new HeatMap(
                        "Confusion matrix",
                        "Most are right.",
                        "truth",
                        "predicted",
                        List.of("cat", "dog <b>"),
                        List.of(List.of(9L, 1L), List.of(0L, 12L))))
                .figure(new IntervalChart(
                        "Accuracy by group",
                        "The groups differ.",
                        Axis.of("accuracy", Quantity.SHARE),
                        List.of(
                                new IntervalChart.Row("young", 0.8, 0.7, 0.88),
                                new IntervalChart.Row("old", Double.NaN, 0, 1))))
                .figure(new ContributionChart(
                        "Words",
                        "What words add.",
                        "adds",
                        List.of(new BarChart.Bar("good", 0.4), new BarChart.Bar("not", -0.2))))
                .figure(new PixelMap("Pixels", "What pixels add.", List.of(0.0, 1.0, -0.5, 0.01), 2))
                .figure(LineChart.of("Empty", "Nothing", Axis.of("x"), Axis.of("y"), List.of()))
                .paragraph("Made in one piece.");
    }

    static LineChart losses() {
        Random random = new Random(1);
        List<Series> series = new ArrayList<>();
        for (String name : List.of("mlp, training", "mlp, validation", "cnn, training", "logistic <b>&\"'")) {
            int n = name.contains("validation") ? 12 : 5000;
            double speed = 1 + random.nextDouble() * 3;
            double[] x =
                    IntStream.range(0, n).mapToDouble(i -> 5000.0 * (i + 1) / n).toArray();
            double[] y = IntStream.range(0, n)
                    .mapToDouble(i -> 2.3
                            * Math.exp(-x[i] / 5000 * speed)
                            * Math.exp(n > 100 ? random.nextGaussian() * 0.08 : 0.05))
                    .toArray();
            series.add(Series.of(name, x, y));
        }
        return LineChart.of(
                "Loss by step",
                "All losses fall; cnn ends lowest.",
                Axis.of("step"),
                Axis.of("loss").log(),
                series);
    }

    static LineChart accuracy() {
        return LineChart.of(
                "Validation accuracy by epoch",
                "Accuracy rises to 97 %.",
                Axis.of("epoch"),
                Axis.of("accuracy", Quantity.SHARE),
                List.of(Series.of("mlp", List.of(1, 2, 3, 4, 5), List.of(0.89, 0.93, Double.NaN, 0.96, 0.97))));
    }

    static Timeline timeline() {
        List<Bar> bars = new ArrayList<>(List.of(
                new Bar("cpu 0 on agent-with-a-long-name", "mlp", 0, 31, Kind.PREEMPTED),
                new Bar("cpu 0 on agent-with-a-long-name", "logistic", 32, 40, Kind.RAN),
                new Bar("cpu 0 on agent-with-a-long-name", "mlp", 41, 70, Kind.RAN),
                new Bar("cpu 1", "cnn <script>", 2, 88, Kind.FAILED),
                new Bar("cpu 1", "share", 20, 60, Kind.RUNNING),
                new Bar("cpu 1", "next", 90, 130, Kind.PREDICTED)));
        for (int i = 0; i < 300; i++) {
            bars.add(new Bar("cpu 2", "tiny" + i, 10 + i * 0.05, 10 + i * 0.05 + 0.04, Kind.RAN));
        }
        return new Timeline(
                "Who held which device",
                "Three devices over 130 seconds; mlp was preempted once.",
                List.of("cpu 0 on agent-with-a-long-name", "cpu 1", "cpu 2", "cpu 3"),
                bars);
    }

    static LineChart times() {
        Random random = new Random(2);
        Map<String, double[]> samples = new LinkedHashMap<>();
        for (String policy : List.of("fifo", "sjf", "srtf", "rr", "las")) {
            double shift = 4 + 2 * random.nextDouble();
            samples.put(
                    policy,
                    random.doubles(3000)
                            .map(u -> Math.exp(shift + 2.5 * Math.log(u / (1 - u)) / 2))
                            .toArray());
        }
        return LineChart.cumulative(
                "Completion times",
                "Share of jobs completed within a time.",
                Axis.of("completion time", Quantity.SECONDS).log(),
                samples);
    }

    static BarChart means() {
        return new BarChart(
                "Mean completion time",
                "FIFO is the slowest by far.",
                "mean JCT",
                Quantity.SECONDS,
                List.of(
                        new BarChart.Bar("fifo", 3_965_494.7),
                        new BarChart.Bar("sjf", 194_912),
                        new BarChart.Bar("srtf", 44_039.4)));
    }
}
