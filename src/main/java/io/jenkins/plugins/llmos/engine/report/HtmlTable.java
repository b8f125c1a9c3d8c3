package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.List;

/** A table with a caption, a header and rows of text; columns of numbers are aligned to the right. */
public final class HtmlTable {
    private final String caption;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param caption what the table shows, for screen readers too
     * @param columns headers
     */
    public HtmlTable(String caption, List<String> columns) {
        this.caption = caption;
        this.columns = List.copyOf(columns);
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are columns
     * @throws IllegalArgumentException if they are more or less
     */
    public HtmlTable row(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Adds a row. */
    public HtmlTable row(String... cells) {
        return row(List.of(cells));
    }

    /** Adds a remark below the table. */
    public HtmlTable note(String note) {
        notes.add(note);
        return this;
    }

    public List<String> columns() {
        return columns;
    }

    public List<List<String>> rows() {
        return List.copyOf(rows);
    }

    /** The table as a fragment that is both HTML and XML. */
    public String html() {
        boolean[] numeric = new boolean[columns.size()];
        for (int c = 0; c < numeric.length; c++) {
            int column = c;
            numeric[c] = !rows.isEmpty() && rows.stream().allMatch(r -> isNumber(r.get(column)));
        }
        Markup m = new Markup();
        m.open("div", "class", "llmos-table", "tabindex", 0, "role", "region", "aria-label", caption);
        m.open("table").element("caption", caption).open("thead").open("tr");
        for (int c = 0; c < numeric.length; c++) {
            m.element("th", columns.get(c), "scope", "col", "class", numeric[c] ? "llmos-number" : null);
        }
        m.close("tr").close("thead").open("tbody");
        for (List<String> row : rows) {
            m.open("tr");
            for (int c = 0; c < numeric.length; c++) {
                String cell = c == 0 ? "th" : "td";
                m.element(
                        cell, row.get(c), "scope", c == 0 ? "row" : null, "class", numeric[c] ? "llmos-number" : null);
            }
            m.close("tr");
        }
        m.close("tbody").close("table");
        notes.forEach(n -> m.element("p", n, "class", "llmos-note"));
        return m.close("div").toString();
    }

    private static boolean isNumber(String cell) {
        return cell.isEmpty()
                || cell.equals("—")
                || cell.matches("[−+-]?[0-9][0-9,.]*(e-?[0-9]+)?( ?(%|µs|ms|s|m|h|d)( [0-9]+[smh])?)?");
    }
}
