package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix of shares, such as a confusion matrix: the larger a cell's share of its row, the darker it is. Cells of small
 * matrices have their numbers in them; the table has all.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param rows what the rows are, such as {@code truth}
 * @param columns what the columns are
 * @param labels of rows and columns alike
 * @param counts by row and column, none less than 0
 */
public record HeatMap(
        String title, String description, String rows, String columns, List<String> labels, List<List<Long>> counts)
        implements Figure {
    private static final int ROW = 30;
    private static final int MOST_NUMBERS = 12;
    private static final int MOST_DRAWN = 40;
    private static final int LONGEST_LABEL = 9;

    public HeatMap {
        labels = List.copyOf(labels);
        counts = List.copyOf(counts);
    }

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        int n = labels.size();
        if (n > MOST_DRAWN) {
            m.element("p", words.text("classes"), "class", "llmos-note");
        } else {
            draw(m, id, n);
        }
        List<String> header = new ArrayList<>(List.of(rows + " \\ " + columns));
        header.addAll(labels);
        HtmlTable table = new HtmlTable(title, header);
        for (int r = 0; r < n; r++) {
            List<String> cells = new ArrayList<>(List.of(labels.get(r)));
            counts.get(r).forEach(c -> cells.add(Quantity.NUMBER.format(c.doubleValue())));
            table.row(cells);
        }
        return Frame.close(m, table, words);
    }

    private void draw(Markup m, String id, int n) {
        int height = Math.max(8, n > MOST_NUMBERS ? ROW / 2 : ROW) * n;
        Frame.openDrawing(m, id, title, description, "llmos-matrix", height);
        m.element("text", columns, "x", 0, "y", -26, "class", "llmos-axis");
        m.element("text", rows, "x", -72, "y", -26, "class", "llmos-axis");
        for (int r = 0; r < n; r++) {
            long sum = Math.max(
                    1, counts.get(r).stream().mapToLong(Long::longValue).sum());
            String middle = Markup.percent((r + 0.5) / n);
            m.element(
                    "text",
                    shortened(labels.get(r)),
                    "x",
                    -8,
                    "y",
                    middle,
                    "dy",
                    "0.32em",
                    "text-anchor",
                    "end",
                    "class",
                    "llmos-tick");
            for (int c = 0; c < n; c++) {
                double share = (double) counts.get(r).get(c) / sum;
                m.empty(
                        "rect",
                        "x",
                        Markup.percent((double) c / n),
                        "y",
                        Markup.percent((double) r / n),
                        "width",
                        Markup.percent(1.0 / n),
                        "height",
                        Markup.percent(1.0 / n),
                        "fill-opacity",
                        0.85 * share,
                        "class",
                        "llmos-cell " + (r == c ? "llmos-s2" : "llmos-s1"));
                if (n <= MOST_NUMBERS && counts.get(r).get(c) > 0) {
                    m.element(
                            "text",
                            Quantity.NUMBER.format(counts.get(r).get(c).doubleValue()),
                            "x",
                            Markup.percent((c + 0.5) / n),
                            "y",
                            middle,
                            "dy",
                            "0.32em",
                            "text-anchor",
                            "middle",
                            "class",
                            share > 0.5 ? "llmos-inverse" : "llmos-name");
                }
            }
        }
        for (int c = 0; c < n && n <= MOST_NUMBERS; c++) {
            m.element(
                    "text",
                    n > 5 ? shortened(labels.get(c), 4) : shortened(labels.get(c)),
                    "x",
                    Markup.percent((c + 0.5) / n),
                    "y",
                    -8,
                    "text-anchor",
                    "middle",
                    "class",
                    "llmos-tick");
        }
        Frame.closeDrawing(m);
    }

    private static String shortened(String label) {
        return shortened(label, LONGEST_LABEL);
    }

    private static String shortened(String label, int most) {
        return label.length() <= most ? label : label.substring(0, most - 1) + "…";
    }
}
