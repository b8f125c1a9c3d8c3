package io.jenkins.plugins.llmos.engine.report;

import java.util.List;

/**
 * A bar for each of a few names, all from zero, lying, so that names have room.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param label what the values are, such as {@code mean JCT}
 * @param quantity how values are written
 * @param bars from top to bottom
 */
public record BarChart(String title, String description, String label, Quantity quantity, List<Bar> bars)
        implements Figure {
    private static final int ROW = 42;

    public BarChart {
        bars = List.copyOf(bars);
    }

    /**
     * One bar.
     *
     * @param name what it stands for
     * @param value its length, 0 or more; one that is not finite or is less has no bar
     */
    public record Bar(String name, double value) {}

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        HtmlTable table = new HtmlTable(title, List.of(words.text("name"), label));
        if (bars.isEmpty()) {
            Frame.empty(m, words);
            return Frame.close(m, table, words);
        }
        double most = bars.stream()
                .mapToDouble(Bar::value)
                .filter(v -> Double.isFinite(v) && v > 0)
                .max()
                .orElse(1);
        Frame.openDrawing(m, id, title, description, "llmos-bars", ROW * bars.size());
        int y = 0;
        for (Bar bar : bars) {
            String value = quantity.format(bar.value);
            m.element("text", bar.name, "x", 0, "y", y + 14, "class", "llmos-row");
            m.element("text", value, "x", "100%", "y", y + 14, "text-anchor", "end", "class", "llmos-row");
            m.empty("rect", "x", 0, "y", y + 20, "width", "100%", "height", 12, "rx", 2, "class", "llmos-track");
            if (Double.isFinite(bar.value) && bar.value > 0) {
                m.empty(
                        "rect",
                        "x",
                        0,
                        "y",
                        y + 20,
                        "width",
                        Markup.percent(bar.value / most),
                        "height",
                        12,
                        "rx",
                        2,
                        "class",
                        "llmos-value llmos-s0");
            }
            y += ROW;
            table.row(bar.name, value);
        }
        Frame.closeDrawing(m);
        return Frame.close(m, table, words);
    }
}
