package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.BarChart;
import io.jenkins.plugins.llmos.engine.report.ContributionChart;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.IntervalChart;
import io.jenkins.plugins.llmos.engine.report.PixelMap;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Words;
import java.util.Comparator;
import java.util.List;

/** The part of a report on what a model looks at, and what it says. */
final class ExplanationChapter {
    private static final int MOST_PARTS = 12;
    private static final int MOST_WEIGHTS = 30;

    private final ModelReport report;
    private final Words words;
    private final HtmlPage page;

    ExplanationChapter(ModelReport report, Words words, HtmlPage page) {
        this.report = report;
        this.words = words;
        this.page = page;
    }

    void add() {
        if (!report.importance().isEmpty()) {
            importance();
        }
        columns();
        mostTelling();
        if (!report.examples().isEmpty()) {
            page.heading(words.text("report.examples"));
            page.paragraph(words.text("report.examplesText"));
            report.examples().forEach(this::example);
        }
        if (!report.texts().isEmpty()) {
            page.heading(words.text("report.texts"));
            report.texts().forEach(t -> page.paragraph(t.prompt() + " ▸ " + t.text()));
        }
    }

    private void importance() {
        page.heading(words.text("report.needs"));
        page.paragraph(words.text("report.needsText"));
        List<IntervalChart.Row> rows = report.importance().stream()
                .limit(MOST_WEIGHTS)
                .map(i -> new IntervalChart.Row(
                        i.column(), i.loss(), i.loss() - 2 * i.deviation(), i.loss() + 2 * i.deviation()))
                .toList();
        page.figure(new IntervalChart(
                words.text("report.importance"),
                words.text("report.importanceDescription"),
                Axis.of(words.text("report.lossIncrease")),
                rows));
    }

    private void columns() {
        List<ModelReport.Weight> columns =
                report.attributions().stream().filter(w -> w.count() == 0).toList();
        if (columns.size() > 1) {
            page.figure(new BarChart(
                    words.text("report.columnsAdd"),
                    words.text("report.columnsAddDescription"),
                    words.text("report.meanSize"),
                    Quantity.NUMBER,
                    columns.stream()
                            .limit(MOST_WEIGHTS)
                            .map(w -> new BarChart.Bar(w.name(), w.weight()))
                            .toList()));
        }
    }

    private void mostTelling() {
        List<ModelReport.Weight> telling =
                report.attributions().stream().filter(w -> w.count() > 0).toList();
        if (!telling.isEmpty()) {
            page.figure(new ContributionChart(
                    words.text("report.wordsAdd"),
                    words.text("report.wordsAddDescription"),
                    words.text("adds"),
                    telling.stream()
                            .map(w -> new BarChart.Bar(
                                    w.name() + (w.towards() == null ? "" : " → " + shortened(w.towards())), w.weight()))
                            .toList()));
        }
    }

    private void example(ModelReport.Example e) {
        String sums = words.text(
                "report.sums",
                Quantity.NUMBER.format(e.baseline()),
                Quantity.NUMBER.format(e.value()),
                Quantity.NUMBER.format(e.gap()));
        page.figure(
                e.pixels().isEmpty()
                        ? new ContributionChart(
                                title(e),
                                sums,
                                words.text("adds"),
                                shown(e.parts()).stream()
                                        .map(p -> new BarChart.Bar(
                                                p.name() + (p.value().isEmpty() ? "" : " = " + shortened(p.value())),
                                                p.adds()))
                                        .toList())
                        : new PixelMap(title(e), sums, e.pixels(), e.width()));
        page.paragraph(sums);
    }

    private String title(ModelReport.Example e) {
        if (report.task().equals("language")) {
            return words.text("report.sequence", e.row(), e.said());
        }
        boolean right = !report.task().equals("regression") && e.said().equals(e.truth());
        return words.text(right ? "report.rowRight" : "report.row", e.row(), shortened(e.said()), shortened(e.truth()));
    }

    /** The largest parts: words in the order of the text, columns by what they add. */
    private static List<ModelReport.Part> shown(List<ModelReport.Part> parts) {
        List<ModelReport.Part> largest = parts.stream()
                .sorted(Comparator.comparingDouble((ModelReport.Part p) -> -Math.abs(p.adds())))
                .limit(MOST_PARTS)
                .toList();
        return parts.stream().allMatch(p -> p.value().isEmpty())
                ? parts.stream().filter(largest::contains).limit(MOST_PARTS).toList()
                : largest;
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }
}
