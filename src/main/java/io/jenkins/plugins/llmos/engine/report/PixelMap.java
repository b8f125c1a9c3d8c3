package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What each pixel of an image adds or takes away: squares for what adds, rings for what takes, the larger the more. Small ones
 * are left out.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param values row by row
 * @param width pixels of a row
 */
public record PixelMap(String title, String description, List<Double> values, int width) implements Figure {
    private static final int SIDE = 200;
    private static final double LEAST = 0.08;
    private static final int ROWS = 10;

    public PixelMap {
        values = List.copyOf(values);
    }

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        int height = values.size() / width;
        double most = values.stream().mapToDouble(Math::abs).max().orElse(0);
        HtmlTable table = new HtmlTable(title, List.of(words.text("pixel"), words.text("adds")));
        List<Integer> largest = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            largest.add(i);
        }
        largest.sort((a, b) -> Double.compare(Math.abs(values.get(b)), Math.abs(values.get(a))));
        for (int i : largest.subList(0, Math.min(ROWS, largest.size()))) {
            table.row((i / width + 1) + ", " + (i % width + 1), Quantity.NUMBER.format(values.get(i)));
        }
        table.note(words.text("largest", ROWS));
        Frame.openDrawing(
                m,
                id,
                title,
                description,
                "llmos-pixels",
                SIDE,
                SIDE * height / width,
                "viewBox",
                "0 0 " + width * 10 + " " + height * 10);
        m.empty("rect", "x", 0, "y", 0, "width", width * 10, "height", height * 10, "class", "llmos-track");
        for (int i = 0; i < values.size() && most > 0; i++) {
            double size = Math.abs(values.get(i)) / most;
            if (size < LEAST) {
                continue;
            }
            double side = 10 * Math.sqrt(size);
            double x = i % width * 10 + 5.0;
            double y = Math.floorDiv(i, width) * 10 + 5.0;
            if (values.get(i) > 0) {
                m.empty(
                        "rect",
                        "x",
                        x - side / 2,
                        "y",
                        y - side / 2,
                        "width",
                        side,
                        "height",
                        side,
                        "class",
                        "llmos-value llmos-s0");
            } else {
                m.empty("circle", "cx", x, "cy", y, "r", side / 2, "class", "llmos-ring llmos-s1");
            }
        }
        Frame.closeDrawing(m);
        return Frame.close(m, table, words);
    }
}
