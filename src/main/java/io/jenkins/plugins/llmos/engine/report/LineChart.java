package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Curves over a common axis, such as losses over steps, or cumulative distributions.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param x axis of the first coordinates
 * @param y axis of the second
 * @param series the curves
 * @param steps whether a curve stays level up to its next point
 * @param table the table below, or null for one of the points, at most {@link #ROWS} of them
 */
public record LineChart(
        String title, String description, Axis x, Axis y, List<Series> series, boolean steps, HtmlTable table)
        implements Figure {
    private static final int HEIGHT = 260;
    private static final int ROWS = 30;
    private static final int STRETCHES = 250;
    private static final int MARKERS = 6;
    /** Side of the square that curves are drawn in before they are stretched over the drawing. */
    private static final int SIDE = 10_000;

    public LineChart {
        series = List.copyOf(series);
    }

    /** Curves with straight lines between points. */
    public static LineChart of(String title, String description, Axis x, Axis y, List<Series> series) {
        return new LineChart(title, description, x, y, series, false, null);
    }

    /** Curves that stay level up to their next point. */
    public static LineChart steps(String title, String description, Axis x, Axis y, List<Series> series) {
        return new LineChart(title, description, x, y, series, true, null);
    }

    /**
     * Cumulative distributions: for each value the share of samples at or below it. The table gives quantiles.
     *
     * @param samples by name, in the order of the map; values that are not finite are left out
     */
    public static LineChart cumulative(String title, String description, Axis x, Map<String, double[]> samples) {
        return cumulative(title, description, x, samples, Words.ENGLISH);
    }

    /** The same in a language. */
    public static LineChart cumulative(
            String title, String description, Axis x, Map<String, double[]> samples, Words words) {
        double[] shares = {0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
        List<String> columns = new ArrayList<>(List.of(words.text("name"), words.text("samples")));
        for (double s : shares) {
            columns.add(s == 1 ? words.text("greatest") : Quantity.SHARE.format(s));
        }
        HtmlTable table = new HtmlTable(words.text("quantiles", title), columns);
        List<Series> series = new ArrayList<>();
        samples.forEach((name, values) -> {
            series.add(Series.cumulative(name, values));
            double[] sorted =
                    Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
            List<String> row = new ArrayList<>(List.of(name, Quantity.NUMBER.format(sorted.length)));
            for (double s : shares) {
                int rank = (int) Math.ceil(s * sorted.length) - 1;
                row.add(sorted.length == 0 ? "—" : x.quantity().format(sorted[Math.max(0, rank)]));
            }
            table.row(row);
        });
        return new LineChart(title, description, x, Axis.of(words.text("share"), Quantity.SHARE), series, true, table);
    }

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, series.stream().map(Series::name).toList());
        double[] range = range();
        if (range[0] <= range[1]) {
            draw(m, id, range);
        } else {
            Frame.empty(m, words);
        }
        return Frame.close(m, table == null ? points(words) : table, words);
    }

    /** Least and greatest x, least and greatest y of all points that can be shown. */
    private double[] range() {
        double[] r = {
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        };
        for (Series s : series) {
            for (int i = 0; i < s.size(); i++) {
                if (shows(x, s.x(i)) && shows(y, s.y(i))) {
                    r[0] = Math.min(r[0], s.x(i));
                    r[1] = Math.max(r[1], s.x(i));
                    r[2] = Math.min(r[2], s.y(i));
                    r[3] = Math.max(r[3], s.y(i));
                }
            }
        }
        return r;
    }

    private static boolean shows(Axis axis, double value) {
        return Double.isFinite(value) && (!axis.logarithmic() || value > 0);
    }

    private void draw(Markup m, String id, double[] range) {
        Axis.Scale across = x.scale(range[0], range[1], 5, true);
        Axis.Scale up = y.scale(range[2], range[3], 5, false);
        Frame.openDrawing(m, id, title, description, "llmos-plot", HEIGHT);
        Frame.yAxis(m, y, up);
        Frame.xAxis(m, x, across, false);
        m.open(
                "svg",
                "width",
                "100%",
                "height",
                "100%",
                "viewBox",
                "0 0 " + SIDE + " " + SIDE,
                "preserveAspectRatio",
                "none",
                "overflow",
                "visible");
        List<Series> thin = series.stream().map(s -> s.thinned(STRETCHES)).toList();
        for (int i = 0; i < thin.size(); i++) {
            m.empty(
                    "path",
                    "d",
                    path(thin.get(i), across, up),
                    "class",
                    "llmos-line " + Marks.style(i),
                    "fill",
                    "none",
                    "stroke",
                    "currentColor",
                    "vector-effect",
                    "non-scaling-stroke",
                    "stroke-dasharray",
                    Marks.dashes(i));
        }
        m.close("svg");
        for (int i = 0; i < thin.size(); i++) {
            markers(m, i, thin.get(i), across, up);
        }
        Frame.closeDrawing(m);
    }

    private String path(Series s, Axis.Scale across, Axis.Scale up) {
        StringBuilder d = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < s.size(); i++) {
            double px = across.at(s.x(i)) * SIDE;
            double py = (1 - up.at(s.y(i))) * SIDE;
            if (Double.isNaN(px) || Double.isNaN(py)) {
                pen = false;
                continue;
            }
            if (pen && steps) {
                d.append('H').append(Math.round(px)).append('V').append(Math.round(py));
            } else {
                d.append(pen ? 'L' : 'M').append(Math.round(px)).append(' ').append(Math.round(py));
            }
            pen = true;
        }
        return d.toString();
    }

    /** Markers at about equal distances, not the same for every series, so that they do not cover each other. */
    private void markers(Markup m, int index, Series s, Axis.Scale across, Axis.Scale up) {
        double next = series.size() == 1 ? 0 : (index + 0.5) / series.size() / MARKERS;
        for (int i = 0; i < s.size(); i++) {
            double px = across.at(s.x(i));
            double py = up.at(s.y(i));
            boolean last = i == s.size() - 1;
            if (!Double.isNaN(px) && !Double.isNaN(py) && (px >= next || last)) {
                Marks.marker(m, index, Markup.percent(px), Markup.percent(1 - py));
                next = px + 1.0 / MARKERS;
            }
        }
    }

    private HtmlTable points(Words words) {
        List<String> columns = new ArrayList<>(List.of(x.label()));
        series.forEach(s -> columns.add(s.name()));
        HtmlTable points = new HtmlTable(title, columns);
        Set<Double> chosen = new TreeSet<>();
        int longest = 0;
        for (Series s : series) {
            longest = Math.max(longest, s.size());
            Frame.spread(s.size(), ROWS).forEach(i -> chosen.add(s.x(i)));
        }
        for (double at : chosen) {
            List<String> row = new ArrayList<>(List.of(x.quantity().format(at)));
            for (Series s : series) {
                int i = s.indexOf(at);
                row.add(i < 0 ? "" : y.quantity().format(s.y(i)));
            }
            points.row(row);
        }
        if (longest > ROWS) {
            points.note(words.text("points", longest));
        }
        return points;
    }
}
