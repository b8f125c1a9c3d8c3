package io.jenkins.plugins.llmos.engine.report;

import java.util.List;

/**
 * What each of a few things adds or takes away: a bar to the right of the middle for what it adds, to the left, and hatched
 * by its outline alone, for what it takes.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param label what the values are
 * @param bars from top to bottom
 */
public record ContributionChart(String title, String description, String label, List<BarChart.Bar> bars)
        implements Figure {
    private static final int ROW = 36;

    public ContributionChart {
        bars = List.copyOf(bars);
    }

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        HtmlTable table = new HtmlTable(title, List.of(words.text("name"), label));
        bars.forEach(b -> table.row(b.name(), signed(b.value())));
        double most = bars.stream()
                .mapToDouble(b -> Math.abs(b.value()))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        if (!(most > 0)) {
            Frame.empty(m, words);
            return Frame.close(m, table, words);
        }
        Frame.openDrawing(m, id, title, description, "llmos-bars", ROW * bars.size());
        int y = 0;
        for (BarChart.Bar bar : bars) {
            m.element("text", bar.name(), "x", 0, "y", y + 13, "class", "llmos-row");
            m.element(
                    "text", signed(bar.value()), "x", "100%", "y", y + 13, "text-anchor", "end", "class", "llmos-row");
            if (Double.isFinite(bar.value()) && bar.value() != 0) {
                double half = Math.abs(bar.value()) / most / 2;
                boolean adds = bar.value() > 0;
                m.empty(
                        "rect",
                        "x",
                        Markup.percent(adds ? 0.5 : 0.5 - half),
                        "y",
                        y + 18,
                        "width",
                        Markup.percent(half),
                        "height",
                        10,
                        "class",
                        adds ? "llmos-value llmos-s0" : "llmos-bar llmos-s1");
            }
            y += ROW;
        }
        m.empty("line", "x1", "50%", "x2", "50%", "y1", 18, "y2", y - 6, "class", "llmos-base");
        Frame.closeDrawing(m);
        return Frame.close(m, table, words);
    }

    private static String signed(double value) {
        return (value > 0 ? "+" : value < 0 ? "−" : "") + Quantity.NUMBER.format(Math.abs(value));
    }
}
