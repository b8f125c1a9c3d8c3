package io.jenkins.plugins.llmos.engine.report;

import java.util.List;

/** How series are told apart: by colour (in the style), by dashes and by the shape of their markers. */
final class Marks {
    static final int KINDS = 8;

    private static final String[] DASHES = {null, "7 4", "2 3", "10 3 2 3", "14 4", "5 2 2 2 2 2", "1 5", "10 3 3 3 3 3"
    };
    private static final String[] SHAPES = {
        "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0-4 0Z",
        "M-3.6-3.6H3.6V3.6H-3.6Z",
        "M0-4.8L4.6 3.4H-4.6Z",
        "M0-5L5 0L0 5L-5 0Z",
        "M0 4.8L4.6-3.4H-4.6Z",
        "M-4-4L4 4M-4 4L4-4",
        "M0-5V5M-5 0H5",
        "M-5-1.6H5V1.6H-5Z"
    };

    private Marks() {}

    /** The class that gives a series its colour. */
    static String style(int series) {
        return "llmos-s" + series % KINDS;
    }

    /** Dash pattern in pixels, null for a continuous line. */
    static String dashes(int series) {
        return DASHES[series % KINDS];
    }

    /** A marker whose centre is at the place given as lengths, such as {@code 12%}. */
    static void marker(Markup m, int series, String x, String y) {
        m.open("svg", "x", x, "y", y, "overflow", "visible");
        m.empty("path", "d", SHAPES[series % KINDS], "class", "llmos-marker " + style(series));
        m.close("svg");
    }

    /** A list of names with the line and marker of each. */
    static void legend(Markup m, List<String> names) {
        m.open("ul", "class", "llmos-legend");
        for (int i = 0; i < names.size(); i++) {
            m.open("li");
            m.open("svg", "width", 34, "height", 14, "aria-hidden", "true");
            m.empty(
                    "line",
                    "x1",
                    0,
                    "x2",
                    34,
                    "y1",
                    7,
                    "y2",
                    7,
                    "class",
                    "llmos-line " + style(i),
                    "stroke-dasharray",
                    dashes(i));
            marker(m, i, "17", "7");
            m.close("svg").text(" " + names.get(i)).close("li");
        }
        m.close("ul");
    }
}
