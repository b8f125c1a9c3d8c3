package io.jenkins.plugins.llmos.engine.report;

import java.util.List;

/**
 * A value with its interval for each of a few names, on one axis, lying, so that names have room.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param axis of the values
 * @param rows from top to bottom
 */
public record IntervalChart(String title, String description, Axis axis, List<Row> rows) implements Figure {
    private static final int ROW = 46;

    public IntervalChart {
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param name what it stands for
     * @param value that is estimated; NaN for none
     * @param low bound of its interval
     * @param high bound of its interval
     */
    public record Row(String name, double value, double low, double high) {}

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        HtmlTable table =
                new HtmlTable(title, List.of(words.text("name"), axis.label(), words.text("low"), words.text("high")));
        for (Row row : rows) {
            table.row(row.name, format(row.value), format(row.low), format(row.high));
        }
        double least = 0;
        double most = 0;
        boolean any = false;
        for (Row row : rows) {
            if (Double.isFinite(row.value) && Double.isFinite(row.low) && Double.isFinite(row.high)) {
                least = any ? Math.min(least, row.low) : row.low;
                most = any ? Math.max(most, row.high) : row.high;
                any = true;
            }
        }
        if (!any) {
            Frame.empty(m, words);
            return Frame.close(m, table, words);
        }
        Axis.Scale scale = axis.scale(least, most, 4, false);
        Frame.openDrawing(m, id, title, description, "llmos-plot llmos-wide", ROW * rows.size());
        Frame.xAxis(m, axis, scale, true);
        int y = 0;
        for (Row row : rows) {
            m.element("text", row.name, "x", 0, "y", y + 15, "class", "llmos-row");
            m.element("text", format(row.value), "x", "100%", "y", y + 15, "text-anchor", "end", "class", "llmos-row");
            if (Double.isFinite(row.value)) {
                String from = Markup.percent(scale.at(row.low));
                String to = Markup.percent(scale.at(row.high));
                m.empty("line", "x1", from, "x2", to, "y1", y + 30, "y2", y + 30, "class", "llmos-line llmos-s0");
                for (String end : List.of(from, to)) {
                    m.empty("line", "x1", end, "x2", end, "y1", y + 25, "y2", y + 35, "class", "llmos-line llmos-s0");
                }
                Marks.marker(m, 0, Markup.percent(scale.at(row.value)), Integer.toString(y + 30));
            }
            y += ROW;
        }
        Frame.closeDrawing(m);
        return Frame.close(m, table, words);
    }

    private String format(double value) {
        return axis.quantity().format(value);
    }
}
