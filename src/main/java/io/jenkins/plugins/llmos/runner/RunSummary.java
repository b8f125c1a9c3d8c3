package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.runner.pipeline.Console;
import io.jenkins.plugins.llmos.runner.pipeline.PipelineRun;
import io.jenkins.plugins.llmos.runner.pipeline.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables at the end of a run. */
final class RunSummary {
    private final PipelineRun run;
    private final PipelineRun.Outcome outcome;

    RunSummary(PipelineRun run, PipelineRun.Outcome outcome) {
        this.run = run;
        this.outcome = outcome;
    }

    void show(Console console) {
        if (!outcome.trainings().isEmpty()) {
            console.line("");
            table(trainingColumns(), trainingRows()).forEach(console::line);
        }
        if (!outcome.jobs().isEmpty()) {
            console.line("");
            table(jobColumns(), jobRows()).forEach(console::line);
        }
        console.line("");
        console.line("Log: " + run.log());
    }

    static List<String> trainingColumns() {
        return List.of("training", "status", "metric", "loss", "time", "samples/s", "attempts");
    }

    List<List<String>> trainingRows() {
        List<List<String>> rows = new ArrayList<>();
        for (Training t : outcome.trainings()) {
            Map<String, Object> r = t.result();
            rows.add(List.of(
                    t.name(),
                    t.status().toString().toLowerCase(Locale.ROOT),
                    metric(r),
                    number(r.get("loss"), "%.4f"),
                    seconds(r.get("seconds")),
                    number(r.get("samplesPerSecond"), "%,.0f"),
                    t.attempts() == 0 ? "earlier" : Integer.toString(t.attempts())));
        }
        return rows;
    }

    static List<String> jobColumns() {
        return List.of("job", "waited", "held", "preemptions");
    }

    List<List<String>> jobRows() {
        return outcome.jobs().stream()
                .map(j -> List.of(
                        j.name(), Units.format(j.waited()), Units.format(j.held()), Integer.toString(j.preemptions())))
                .toList();
    }

    private static String metric(Map<String, Object> result) {
        if (result.get("accuracy") instanceof Number n) {
            return String.format(Locale.ROOT, "accuracy %.2f %%", 100 * n.doubleValue());
        }
        if (result.get("perplexity") != null) {
            return "perplexity " + number(result.get("perplexity"), "%.2f");
        }
        return result.get("rmse") == null ? "" : "rmse " + number(result.get("rmse"), "%.4f");
    }

    private static String seconds(Object value) {
        return value instanceof Number n
                ? Units.format(java.time.Duration.ofMillis((long) (1000 * n.doubleValue())))
                : "";
    }

    private static String number(Object value, String format) {
        return value instanceof Number n ? String.format(Locale.ROOT, format, n.doubleValue()) : "";
    }

    private static List<String> table(List<String> columns, List<List<String>> rows) {
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> lines = new ArrayList<>();
        List<List<String>> all = new ArrayList<>(List.of(columns));
        all.addAll(rows);
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(String.format("%-" + (widths[i] + 2) + "s", row.get(i)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
