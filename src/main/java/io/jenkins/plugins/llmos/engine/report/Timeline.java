package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Who held what when: one row for each device or machine, one bar for each attempt of a job (a Gantt chart). Bars of one
 * row that overlap are drawn below each other. Bars too short to be seen are drawn together with their neighbours.
 *
 * @param title of the figure
 * @param description what one should see, for those who cannot
 * @param axis what the times are counted from, null for the start
 * @param rows names of the rows, from top to bottom; rows that only bars name follow them
 * @param bars in any order
 */
public record Timeline(String title, String description, String axis, List<String> rows, List<Bar> bars)
        implements Figure {
    private static final int LABEL = 18;
    private static final int LANE = 22;
    private static final int GAP = 10;
    private static final int TABLE_ROWS = 500;
    /** Bars shorter than this share of the whole are joined with others as short beside them. */
    private static final double SHORTEST = 0.001;
    /** Bars shorter than this share of the whole have no room for a name. */
    private static final double NAMED = 0.05;

    /** Times since the start. */
    public Timeline(String title, String description, List<String> rows, List<Bar> bars) {
        this(title, description, null, rows, bars);
    }

    public Timeline {
        rows = List.copyOf(rows);
        bars = List.copyOf(bars);
    }

    /** How an attempt ended; each is drawn differently. */
    public enum Kind {
        RAN,
        PREEMPTED,
        FAILED,
        RUNNING,
        PREDICTED;

        String in(Words words) {
            return words.text("kind." + name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * One attempt.
     *
     * @param row device or machine
     * @param label job
     * @param start seconds since the origin of the axis
     * @param end seconds, not before the start
     * @param kind how it ended
     */
    public record Bar(String row, String label, double start, double end, Kind kind) {
        /** @throws IllegalArgumentException if times are not finite or the end is before the start */
        public Bar {
            if (!Double.isFinite(start) || !(end >= start) || Double.isInfinite(end)) {
                throw new IllegalArgumentException("bar from " + start + " to " + end);
            }
        }
    }

    /** A bar in its lane; {@code joined} is how many bars it stands for. */
    private record Placed(Bar bar, int lane, int joined) {}

    @Override
    public String html(String id, Words words) {
        Markup m = Frame.open(id, title, List.of());
        if (bars.isEmpty()) {
            Frame.empty(m, words);
        } else {
            kinds(m, id, words);
            draw(m, id, words);
        }
        return Frame.close(m, table(words), words);
    }

    private void kinds(Markup m, String id, Words words) {
        m.open("ul", "class", "llmos-legend");
        for (Kind kind : Kind.values()) {
            if (bars.stream().anyMatch(b -> b.kind == kind)) {
                m.open("li").open("svg", "width", 34, "height", 14, "aria-hidden", "true");
                shape(m, id + "-k", kind, "llmos-s0", "1", "32", 1, 12);
                m.close("svg").text(" " + kind.in(words)).close("li");
            }
        }
        m.close("ul");
        m.open("svg", "width", 0, "height", 0, "aria-hidden", "true", "class", "llmos-patterns");
        m.open("defs");
        for (String p : List.of(id, id + "-k")) {
            pattern(m, p + "-preempted", "M-2 2L2-2M0 8L8 0M6 10L10 6");
            pattern(m, p + "-failed", "M0 0L8 8M0 8L8 0");
        }
        m.close("defs").close("svg");
    }

    private static void pattern(Markup m, String id, String path) {
        m.open("pattern", "id", id, "width", 8, "height", 8, "patternUnits", "userSpaceOnUse");
        m.empty("path", "d", path, "class", "llmos-hatch");
        m.close("pattern");
    }

    private void draw(Markup m, String id, Words words) {
        Map<String, List<Bar>> byRow = new LinkedHashMap<>();
        rows.forEach(r -> byRow.put(r, new ArrayList<>()));
        bars.stream().sorted(Comparator.comparingDouble(Bar::start)).forEach(b -> byRow.computeIfAbsent(
                        b.row, r -> new ArrayList<>())
                .add(b));
        Axis across = Axis.of(axis == null ? words.text("time") : axis, Quantity.SECONDS);
        double first = Math.min(0, bars.stream().mapToDouble(Bar::start).min().orElse(0));
        double last = bars.stream().mapToDouble(Bar::end).max().orElse(1);
        Axis.Scale scale = across.scale(first, last, 5, true);
        Map<String, List<Placed>> placed = new LinkedHashMap<>();
        int height = 0;
        for (Map.Entry<String, List<Bar>> row : byRow.entrySet()) {
            List<Placed> lanes = place(row.getValue(), (scale.high() - scale.low()) * SHORTEST);
            placed.put(row.getKey(), lanes);
            height += LABEL + LANE * lanes(lanes) + GAP;
        }
        Map<String, Integer> colours = new LinkedHashMap<>();
        bars.forEach(b -> colours.putIfAbsent(b.label, colours.size()));
        Frame.openDrawing(m, id, title, description, "llmos-plot llmos-wide", height);
        Frame.xAxis(m, across, scale, true);
        int y = 0;
        for (Map.Entry<String, List<Placed>> row : placed.entrySet()) {
            m.element("text", row.getKey(), "x", 0, "y", y + 13, "class", "llmos-row");
            y += LABEL;
            for (Placed p : row.getValue()) {
                bar(m, id, p, scale, y + p.lane * LANE, Marks.style(colours.get(p.bar.label)), words);
            }
            y += LANE * lanes(row.getValue()) + GAP;
        }
        Frame.closeDrawing(m);
    }

    private static int lanes(List<Placed> placed) {
        return placed.stream().mapToInt(p -> p.lane + 1).max().orElse(1);
    }

    /** Puts each bar, by start, in the first lane that is free, and joins short neighbours of one kind. */
    private static List<Placed> place(List<Bar> sorted, double shortest) {
        List<Placed> placed = new ArrayList<>();
        List<Integer> lastOfLane = new ArrayList<>();
        for (Bar b : sorted) {
            int lane = 0;
            while (lane < lastOfLane.size()
                    && placed.get(lastOfLane.get(lane)).bar.end > b.start + 1e-9 * Math.abs(b.start)) {
                lane++;
            }
            if (lane < lastOfLane.size()) {
                int i = lastOfLane.get(lane);
                Placed before = placed.get(i);
                if (b.end - before.bar.start < shortest && before.bar.kind == b.kind) {
                    Bar joint = new Bar(b.row, before.bar.label, before.bar.start, b.end, b.kind);
                    placed.set(i, new Placed(joint, lane, before.joined + 1));
                    continue;
                }
                lastOfLane.set(lane, placed.size());
            } else {
                lastOfLane.add(placed.size());
            }
            placed.add(new Placed(b, lane, 1));
        }
        return placed;
    }

    private static void bar(Markup m, String id, Placed p, Axis.Scale scale, int y, String style, Words words) {
        Bar b = p.bar;
        double from = scale.at(b.start);
        double width = Math.max(scale.at(b.end) - from, SHORTEST / 2);
        String text = words.text(
                "attempt",
                p.joined == 1 ? b.label : words.text("attempts", p.joined, b.label),
                b.kind.in(words),
                Quantity.SECONDS.format(b.start),
                Quantity.SECONDS.format(b.end),
                Quantity.SECONDS.format(b.end - b.start));
        m.open("g", "class", "llmos-attempt").element("title", text);
        shape(m, id, b.kind, style, Markup.percent(from), Markup.percent(width), y, LANE - 4);
        if (width >= NAMED) {
            m.open("svg", "x", Markup.percent(from), "y", y, "width", Markup.percent(width), "height", LANE - 4);
            m.element("text", b.label, "x", 5, "y", 13, "class", "llmos-name").close("svg");
        }
        m.close("g");
    }

    private static void shape(Markup m, String id, Kind kind, String style, String x, String width, int y, int height) {
        String look = "llmos-bar llmos-" + kind.name().toLowerCase(Locale.ROOT) + " " + style;
        m.empty("rect", "x", x, "y", y, "width", width, "height", height, "rx", 2, "class", look);
        if (kind == Kind.PREEMPTED || kind == Kind.FAILED) {
            String pattern = id + (kind == Kind.FAILED ? "-failed" : "-preempted");
            m.empty("rect", "x", x, "y", y, "width", width, "height", height, "fill", "url(#" + pattern + ")");
        }
    }

    private HtmlTable table(Words words) {
        HtmlTable table = new HtmlTable(
                title,
                Stream.of("device", "job", "start", "end", "held", "outcome")
                        .map(words::text)
                        .toList());
        List<Bar> sorted = bars.stream()
                .sorted(Comparator.comparingDouble(Bar::start).thenComparing(Bar::row))
                .toList();
        for (Bar b : sorted.subList(0, Math.min(TABLE_ROWS, sorted.size()))) {
            table.row(
                    b.row,
                    b.label,
                    Quantity.SECONDS.format(b.start),
                    Quantity.SECONDS.format(b.end),
                    Quantity.SECONDS.format(b.end - b.start),
                    b.kind.in(words));
        }
        if (sorted.size() > TABLE_ROWS) {
            table.note(words.text("first", TABLE_ROWS, sorted.size()));
        }
        return table;
    }
}
