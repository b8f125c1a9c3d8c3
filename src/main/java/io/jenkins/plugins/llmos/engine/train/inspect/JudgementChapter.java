package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.HeatMap;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.IntervalChart;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import io.jenkins.plugins.llmos.engine.report.Words;
import java.util.List;

/** The part of a report on how right, how sure and how fair a model is. */
final class JudgementChapter {
    private static final int MOST_LABELS = 40;
    private static final int MOST_MISTAKES = 8;
    private static final int MOST_ITEMS = 8;

    private final ModelReport report;
    private final Words words;
    private final HtmlPage page;

    JudgementChapter(ModelReport report, Words words, HtmlPage page) {
        this.report = report;
        this.words = words;
        this.page = page;
    }

    void add() {
        if (report.confusion() != null) {
            confusion(report.confusion());
            calibration(report.calibration());
        }
        report.fairness().forEach(this::fairness);
        if (!report.items().isEmpty()) {
            items(report.items());
        }
    }

    private List<String> columns(String... keys) {
        return List.of(keys).stream().map(key -> words.text(key)).toList();
    }

    private void confusion(ConfusionMatrix c) {
        page.heading(words.text("report.confusion"));
        if (c.labels().size() <= MOST_LABELS) {
            page.figure(new HeatMap(
                    words.text("report.matrix"),
                    words.text("report.matrixDescription"),
                    words.text("report.truth"),
                    words.text("report.predicted"),
                    c.labels(),
                    c.counts()));
        }
        List<ConfusionMatrix.Mistake> mistakes = c.mistakes(MOST_MISTAKES);
        if (!mistakes.isEmpty()) {
            HtmlTable table = new HtmlTable(
                    words.text("report.mistakes"),
                    columns("report.truth", "report.takenFor", "report.count", "report.ofCount"));
            mistakes.forEach(
                    m -> table.row(m.truth(), m.predicted(), Long.toString(m.count()), Long.toString(m.ofTruth())));
            page.table(table);
        }
    }

    private void calibration(Calibration c) {
        page.heading(words.text("report.sure"));
        page.paragraph(
                words.text("report.sureText", Quantity.SHARE.format(c.error()), Quantity.NUMBER.format(c.brier())));
        double[] sure =
                c.bins().stream().mapToDouble(Calibration.Bin::confidence).toArray();
        double[] right =
                c.bins().stream().mapToDouble(b -> b.accuracy().value()).toArray();
        HtmlTable table = new HtmlTable(
                words.text("report.reliability"),
                columns("report.confidence", "report.count", "report.meanConfidence", "report.right", "low", "high"));
        c.bins()
                .forEach(b -> table.row(
                        words.text("report.range", Quantity.SHARE.format(b.low()), Quantity.SHARE.format(b.high())),
                        Integer.toString(b.rows()),
                        Quantity.SHARE.format(b.confidence()),
                        Quantity.SHARE.format(b.accuracy().value()),
                        Quantity.SHARE.format(b.accuracy().low()),
                        Quantity.SHARE.format(b.accuracy().high())));
        double[] diagonal = {0, 1};
        page.figure(new LineChart(
                words.text("report.calibration"),
                words.text("report.calibrationDescription"),
                Axis.of(words.text("report.confidence"), Quantity.SHARE),
                Axis.of(words.text("report.right"), Quantity.SHARE),
                List.of(
                        Series.of(words.text("report.ofModel"), sure, right),
                        Series.of(words.text("report.perfect"), diagonal, diagonal)),
                false,
                table));
    }

    private void fairness(Fairness f) {
        page.heading(words.text("report.groups", f.column()));
        for (String rate : Fairness.RATES) {
            List<IntervalChart.Row> rows = f.groups().stream()
                    .filter(g -> g.rates().containsKey(rate))
                    .map(g -> new IntervalChart.Row(
                            words.text("report.groupRows", g.name(), g.rows()),
                            g.rates().get(rate).value(),
                            g.rates().get(rate).low(),
                            g.rates().get(rate).high()))
                    .toList();
            if (!rows.isEmpty()) {
                String name = words.text("report.rate." + rate);
                Quantity quantity = rate.equals("error") ? Quantity.NUMBER : Quantity.SHARE;
                page.figure(new IntervalChart(
                        words.text("report.rateByGroup", capital(name), f.column()),
                        words.text("report.rateDescription"),
                        Axis.of(name, quantity),
                        rows));
            }
        }
        HtmlTable table = new HtmlTable(
                words.text("report.gaps"),
                columns("report.rate", "report.gap", "low", "high", "report.highest", "report.lowest"));
        f.gaps()
                .forEach((rate, gap) -> table.row(
                        words.text("report.rate." + rate),
                        Quantity.NUMBER.format(gap.size()),
                        Quantity.NUMBER.format(gap.low()),
                        Quantity.NUMBER.format(gap.high()),
                        gap.most(),
                        gap.least()));
        table.note(words.text("report.gapsNote"));
        page.table(table);
        if (!f.left().isEmpty()) {
            page.paragraph(words.text("report.leftOut", Fairness.LEAST, String.join(", ", f.left())));
        }
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private void items(List<ModelReport.Item> items) {
        page.heading(words.text("report.items"));
        HtmlTable table = new HtmlTable(
                words.text("report.itemsTable"), columns("report.item", "report.difficulty", "report.discrimination"));
        int n = items.size();
        for (int i = 0; i < n; i++) {
            if (i < MOST_ITEMS || i >= n - MOST_ITEMS) {
                ModelReport.Item item = items.get(i);
                table.row(
                        item.name(),
                        Quantity.NUMBER.format(item.difficulty()),
                        Quantity.NUMBER.format(item.discrimination()));
            }
        }
        table.note(words.text("report.itemsNote"));
        page.table(table);
    }
}
