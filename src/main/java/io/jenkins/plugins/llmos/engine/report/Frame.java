package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What all charts share. The drawing's own area is exactly the plot, so places in it are percentages and letters keep their
 * size at any width; labels stand outside of it, in the padding that the style gives the box around it.
 */
final class Frame {
    private Frame() {}

    static Markup open(String id, String title, List<String> legend) {
        Markup m = new Markup();
        m.open("figure", "class", "llmos-figure", "id", id).element("figcaption", title);
        if (legend.size() > 1) {
            Marks.legend(m, legend);
        }
        return m;
    }

    /**
     * A drawing as wide as the page.
     *
     * @param box class of the box, which gives it its padding
     */
    static void openDrawing(Markup m, String id, String title, String description, String box, int height) {
        openDrawing(m, id, title, description, box, "100%", height, "overflow", "visible");
    }

    /**
     * A drawing of any width.
     *
     * @param more attributes, names and values in turns
     */
    static void openDrawing(
            Markup m,
            String id,
            String title,
            String description,
            String box,
            Object width,
            int height,
            Object... more) {
        m.open("div", "class", box);
        List<Object> attributes = new ArrayList<>(List.of(
                "xmlns",
                "http://www.w3.org/2000/svg",
                "class",
                "llmos-chart",
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc",
                "width",
                width,
                "height",
                height));
        attributes.addAll(List.of(more));
        m.open("svg", attributes.toArray());
        m.element("title", title, "id", id + "-title").element("desc", description, "id", id + "-desc");
    }

    static void closeDrawing(Markup m) {
        m.close("svg").close("div");
    }

    static String close(Markup m, HtmlTable table, Words words) {
        m.open("details")
                .element("summary", words.text("table"))
                .raw(table.html())
                .close("details");
        return m.close("figure").toString();
    }

    static void empty(Markup m, Words words) {
        m.element("p", words.text("nothing"), "class", "llmos-note");
    }

    /** Lines across the drawing and numbers on its left. */
    static void yAxis(Markup m, Axis axis, Axis.Scale scale) {
        for (double tick : scale.ticks()) {
            String y = Markup.percent(1 - scale.at(tick));
            m.empty("line", "x1", 0, "x2", "100%", "y1", y, "y2", y, "class", "llmos-grid");
            m.element(
                    "text",
                    axis.quantity().format(tick),
                    "x",
                    -8,
                    "y",
                    y,
                    "dy",
                    "0.32em",
                    "text-anchor",
                    "end",
                    "class",
                    "llmos-tick");
        }
        m.element("text", axis.label(), "x", 0, "dx", -48, "y", -12, "class", "llmos-axis");
    }

    /** Numbers below the drawing, with lines across it if {@code lines}. */
    static void xAxis(Markup m, Axis axis, Axis.Scale scale, boolean lines) {
        m.empty("line", "x1", 0, "x2", "100%", "y1", "100%", "y2", "100%", "class", "llmos-base");
        for (double tick : scale.ticks()) {
            String x = Markup.percent(scale.at(tick));
            m.empty("line", "x1", x, "x2", x, "y1", lines ? "0" : "100%", "y2", "100%", "class", "llmos-grid");
            m.element(
                    "text",
                    axis.quantity().format(tick),
                    "x",
                    x,
                    "y",
                    "100%",
                    "dy",
                    18,
                    "text-anchor",
                    "middle",
                    "class",
                    "llmos-tick");
        }
        m.element(
                "text", axis.label(), "x", "100%", "y", "100%", "dy", 38, "text-anchor", "end", "class", "llmos-axis");
    }

    /** Up to {@code most} indices of {@code n}, evenly spread, with the first and the last. */
    static List<Integer> spread(int n, int most) {
        if (n == 0) {
            return Collections.emptyList();
        }
        int k = Math.min(n, Math.max(2, most));
        return IntStream.range(0, k)
                .map(i -> k == 1 ? 0 : (int) Math.round(i * (n - 1.0) / (k - 1)))
                .boxed()
                .toList();
    }
}
