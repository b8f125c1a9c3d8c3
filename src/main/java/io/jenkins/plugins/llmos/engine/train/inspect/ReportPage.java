package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.BarChart;
import io.jenkins.plugins.llmos.engine.report.ContributionChart;
import io.jenkins.plugins.llmos.engine.report.HeatMap;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.IntervalChart;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.PixelMap;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import io.jenkins.plugins.llmos.engine.report.Style;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report as a page that people read. */
final class ReportPage {
    private static final String STYLE = "style.css";
    private static final int MOST_PARTS = 12;
    private static final int MOST_WEIGHTS = 30;
    private static final int MOST_LABELS = 40;
    private static final int MOST_ITEMS = 8;

    private final ModelReport report;
    private final HtmlPage page;

    private ReportPage(ModelReport report) {
        this.report = report;
        this.page = new HtmlPage("Report on " + report.model());
    }

    /**
     * Finds out, before any work, whether a report may be written to a folder: in the place of an earlier one, but of nothing
     * else.
     *
     * @throws InvalidInputException if something else is there
     */
    static void requireFree(FileAccess access, Path folder) {
        HtmlPage.checkWritable(folder.resolve(ModelReport.PAGE));
        if (Files.exists(folder.resolve(STYLE)) && !Files.exists(folder.resolve(ModelReport.PAGE))) {
            throw new InvalidInputException(folder.resolve(STYLE) + " exists without a report beside it, so it is not"
                    + " overwritten. Name another folder with output, or remove it.");
        }
        Path json = folder.resolve(ModelReport.JSON);
        if (Files.exists(json)) {
            try {
                Json.read(access, "The report", json, ModelReport.class);
            } catch (InvalidInputException e) {
                throw new InvalidInputException(
                        json + " exists and is no report of llmosReport, so it is not overwritten."
                                + " Name another folder with output, or remove it.");
            }
        }
    }

    /** Writes {@code report.html} with its style and {@code report.json}. */
    static void write(FileAccess access, ModelReport report, ModelCard card, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(STYLE), Style.css());
        replace(
                access,
                folder,
                ModelReport.PAGE,
                new ReportPage(report).page(card).html(STYLE));
        replace(access, folder, ModelReport.JSON, Json.pretty(report));
    }

    private static void replace(FileAccess access, Path folder, String name, String text) throws IOException {
        Path beside = folder.resolve(name + ".part");
        access.writeText(beside, name, text);
        Files.move(beside, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private HtmlPage page(ModelCard card) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Model", report.model() + " (" + report.kind() + ", " + report.task() + ")");
        facts.put("Judged by", report.rows());
        facts.put("Trained on", card.spec().data().path().getFileName() + ", SHA-256 " + card.fingerprint());
        facts.put("Seed", Long.toString(card.seed()));
        page.facts(facts);
        gate();
        metrics();
        if (report.confusion() != null) {
            confusion();
            calibration();
        }
        report.fairness().forEach(this::fairness);
        items();
        explanations();
        if (!report.examples().isEmpty()) {
            page.heading("Row by row");
            page.paragraph(
                    "What the parts of a row add to what the model says of it, by integrated gradients. The baseline"
                            + " is each numeric column's mean, no category, a black image, words without meaning.");
        }
        report.examples().forEach(this::example);
        texts();
        page.heading("The rows");
        if (report.quality().isEmpty()) {
            page.paragraph("Nothing was found in the rows that would mislead.");
        }
        page.list(report.quality());
        privacy();
        energy();
        page.heading("Training");
        page.preformatted(Json.pretty(card.spec()));
        return page;
    }

    private void gate() {
        if (report.gate().isEmpty()) {
            return;
        }
        page.heading("Gate");
        HtmlTable table = new HtmlTable("What was asked of the model", List.of("metric", "asked", "is", "passed"));
        for (Gate.Verdict v : report.gate()) {
            table.row(
                    v.metric(),
                    v.condition().replace(' ', '\u00a0'),
                    v.value() == null ? "—" : Quantity.NUMBER.format(v.value()),
                    v.holds() ? "yes" : "no");
        }
        page.table(table);
    }

    private void metrics() {
        page.heading("Metrics");
        HtmlTable table = new HtmlTable("Of the rows above", List.of("metric", "value"));
        report.metrics().forEach((name, value) -> table.row(name, Quantity.NUMBER.format(value)));
        table.note(
                "accuracyLow, accuracyHigh, perplexityLow and perplexityHigh bound what is known from these rows, with"
                        + " 95 % confidence.");
        page.table(table);
    }

    private void confusion() {
        ConfusionMatrix c = report.confusion();
        page.heading("What is taken for what");
        if (c.labels().size() <= MOST_LABELS) {
            page.figure(new HeatMap(
                    "Confusion matrix",
                    "For each true class how many rows were taken for each class; the diagonal is right.",
                    "truth",
                    "predicted",
                    c.labels(),
                    c.counts()));
        }
        List<ConfusionMatrix.Mistake> mistakes = c.mistakes(8);
        if (!mistakes.isEmpty()) {
            HtmlTable table = new HtmlTable("Most frequent mistakes", List.of("truth", "taken for", "rows", "of"));
            mistakes.forEach(
                    m -> table.row(m.truth(), m.predicted(), Long.toString(m.count()), Long.toString(m.ofTruth())));
            page.table(table);
        }
    }

    private void calibration() {
        Calibration c = report.calibration();
        page.heading("How sure, and how right");
        page.paragraph(
                "When the model says that it is 80 % sure it should be right in 80 of 100 rows. Expected calibration"
                        + " error " + Quantity.SHARE.format(c.error()) + ", Brier score "
                        + Quantity.NUMBER.format(c.brier())
                        + ".");
        double[] sure =
                c.bins().stream().mapToDouble(Calibration.Bin::confidence).toArray();
        double[] right =
                c.bins().stream().mapToDouble(b -> b.accuracy().value()).toArray();
        HtmlTable table =
                new HtmlTable("Reliability", List.of("confidence", "rows", "mean confidence", "right", "low", "high"));
        c.bins()
                .forEach(b -> table.row(
                        Quantity.SHARE.format(b.low()) + " to " + Quantity.SHARE.format(b.high()),
                        Integer.toString(b.rows()),
                        Quantity.SHARE.format(b.confidence()),
                        Quantity.SHARE.format(b.accuracy().value()),
                        Quantity.SHARE.format(b.accuracy().low()),
                        Quantity.SHARE.format(b.accuracy().high())));
        page.figure(new LineChart(
                "Calibration",
                "Part of the rows that are right over the confidence that the model has; below the straight line it is"
                        + " too sure of itself.",
                Axis.of("confidence", Quantity.SHARE),
                Axis.of("right", Quantity.SHARE),
                List.of(Series.of("model", sure, right), Series.of("perfect", new double[] {0, 1}, new double[] {0, 1
                })),
                false,
                table));
    }

    private void fairness(Fairness f) {
        page.heading("Groups by " + f.column());
        Map<String, String> names = Map.of(
                "selection", "given the wanted class",
                "opportunity", "given it among those whose it is",
                "falsePositives", "given it among the others",
                "accuracy", "right",
                "error", "prediction less truth, mean");
        for (String rate : Fairness.RATES) {
            List<IntervalChart.Row> rows = f.groups().stream()
                    .filter(g -> g.rates().containsKey(rate))
                    .map(g -> new IntervalChart.Row(
                            g.name() + " (" + g.rows() + " rows)",
                            g.rates().get(rate).value(),
                            g.rates().get(rate).low(),
                            g.rates().get(rate).high()))
                    .toList();
            if (!rows.isEmpty()) {
                Quantity quantity = rate.equals("error") ? Quantity.NUMBER : Quantity.SHARE;
                page.figure(new IntervalChart(
                        capital(names.get(rate)) + ", by " + f.column(),
                        "A value for each group, with its 95 % interval.",
                        Axis.of(names.get(rate), quantity),
                        rows));
            }
        }
        HtmlTable table =
                new HtmlTable("Gaps between groups", List.of("rate", "gap", "low", "high", "highest", "lowest"));
        f.gaps()
                .forEach((rate, gap) -> table.row(
                        names.get(rate),
                        Quantity.NUMBER.format(gap.size()),
                        Quantity.NUMBER.format(gap.low()),
                        Quantity.NUMBER.format(gap.high()),
                        gap.most(),
                        gap.least()));
        table.note(
                "A gap whose low bound is below 0 may be chance. The largest of several gaps is always above 0, and the"
                        + " more so the smaller the groups.");
        page.table(table);
        if (!f.left().isEmpty()) {
            page.paragraph(
                    "Of fewer than " + Fairness.LEAST + " rows, and so left out: " + String.join(", ", f.left()) + ".");
        }
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private void explanations() {
        if (!report.importance().isEmpty()) {
            page.heading("What the model needs");
            page.paragraph(
                    "How much the loss grows when a column's values are dealt out anew among the rows. Columns that"
                            + " say the same cover for each other.");
            List<IntervalChart.Row> rows = report.importance().stream()
                    .limit(MOST_WEIGHTS)
                    .map(i -> new IntervalChart.Row(
                            i.column(), i.loss(), i.loss() - 2 * i.deviation(), i.loss() + 2 * i.deviation()))
                    .toList();
            page.figure(new IntervalChart(
                    "Permutation importance",
                    "The increase of the loss for each column, with two standard deviations of it over the"
                            + " repetitions.",
                    Axis.of("increase of the loss"),
                    rows));
        }
        List<ModelReport.Weight> columns =
                report.attributions().stream().filter(w -> w.count() == 0).toList();
        if (columns.size() > 1) {
            page.figure(new BarChart(
                    "What columns add to predictions",
                    "Mean size of what each column adds by integrated gradients.",
                    "mean size",
                    Quantity.NUMBER,
                    columns.stream()
                            .limit(MOST_WEIGHTS)
                            .map(w -> new BarChart.Bar(w.name(), w.weight()))
                            .toList()));
        }
        List<ModelReport.Weight> words =
                report.attributions().stream().filter(w -> w.count() > 0).toList();
        if (!words.isEmpty()) {
            page.figure(new ContributionChart(
                    "Words that weigh most",
                    "What each word adds on average to the prediction of the rows it is in, by integrated gradients.",
                    "adds",
                    words.stream()
                            .map(w -> new BarChart.Bar(
                                    w.name() + (w.towards() == null ? "" : " → " + shortened(w.towards())), w.weight()))
                            .toList()));
        }
    }

    private void example(ModelReport.Example e) {
        String title = report.task().equals("language")
                ? "Sequence " + e.row() + ": why '" + e.said() + "' comes next"
                : "Row " + e.row() + ": " + shortened(e.said())
                        + (report.task().equals("regression") ? ", in truth " + e.truth() : verdict(e));
        String sums = "From " + Quantity.NUMBER.format(e.baseline()) + " of the baseline to "
                + Quantity.NUMBER.format(e.value()) + "; the parts miss this by "
                + Quantity.NUMBER.format(e.gap()) + ".";
        if (!e.pixels().isEmpty()) {
            page.figure(new PixelMap(title, sums, e.pixels(), e.width()));
        } else {
            List<ModelReport.Part> largest = e.parts().stream()
                    .sorted(Comparator.comparingDouble((ModelReport.Part p) -> -Math.abs(p.adds())))
                    .limit(MOST_PARTS)
                    .toList();
            // Words are shown in the order of the text, columns by what they add.
            List<ModelReport.Part> shown =
                    e.parts().stream().allMatch(p -> p.value().isEmpty())
                            ? e.parts().stream()
                                    .filter(largest::contains)
                                    .limit(MOST_PARTS)
                                    .toList()
                            : largest;
            page.figure(new ContributionChart(
                    title,
                    sums,
                    "adds",
                    shown.stream()
                            .map(p -> new BarChart.Bar(
                                    p.name() + (p.value().isEmpty() ? "" : " = " + shortened(p.value())), p.adds()))
                            .toList()));
        }
        page.paragraph(sums);
    }

    private static String verdict(ModelReport.Example e) {
        return e.said().equals(e.truth()) ? ", which is right" : ", in truth " + shortened(e.truth());
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }

    private void items() {
        if (report.items().isEmpty()) {
            return;
        }
        page.heading("How hard exercises are");
        HtmlTable table = new HtmlTable(
                "The hardest and the easiest; report.json has all",
                List.of("exercise", "difficulty", "discrimination"));
        int n = report.items().size();
        for (int i = 0; i < n; i++) {
            if (i < MOST_ITEMS || i >= n - MOST_ITEMS) {
                ModelReport.Item item = report.items().get(i);
                table.row(
                        item.name(),
                        Quantity.NUMBER.format(item.difficulty()),
                        Quantity.NUMBER.format(item.discrimination()));
            }
        }
        table.note(
                "Difficulty is the ability with which one in two solves an exercise; discrimination says how much more"
                        + " often those do who are a little more able.");
        page.table(table);
    }

    private void texts() {
        if (!report.texts().isEmpty()) {
            page.heading("Texts that the model made");
            report.texts().forEach(t -> page.paragraph(t.prompt() + " ▸ " + t.text()));
        }
    }

    private void privacy() {
        page.heading("Privacy");
        if (report.privacy().isEmpty()) {
            page.paragraph("The training promised no privacy: the model may give away rows that it was trained on.");
            return;
        }
        page.table(values("What the training promised", report.privacy()));
    }

    private void energy() {
        page.heading("Energy");
        if (report.energy().isEmpty()) {
            page.paragraph("Not known: the training read no meter.");
            return;
        }
        page.table(values("What the training's meter read", report.energy()));
    }

    private static HtmlTable values(String caption, Map<String, Object> values) {
        HtmlTable table = new HtmlTable(caption, List.of("name", "value"));
        values.forEach((name, value) -> table.row(
                name,
                value instanceof Number n && !(value instanceof Long)
                        ? Quantity.NUMBER.format(n.doubleValue())
                        : String.valueOf(value)));
        return table;
    }
}
