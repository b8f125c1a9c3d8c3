package io.jenkins.plugins.llmos.engine.report;

import java.util.List;

/** A table for a terminal: columns of one width, the first to the left, the others to the left or the right. */
public final class TextTable {
    private TextTable() {}

    /** Numbers: all columns but the first are aligned to the right. */
    public static String numbers(List<List<String>> rows) {
        return format(rows, true);
    }

    /** Words: all columns are aligned to the left. */
    public static String words(List<List<String>> rows) {
        return format(rows, false);
    }

    /** @param rows as long as each other; the first is the header */
    private static String format(List<List<String>> rows, boolean right) {
        int[] width = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int c = 0; c < width.length; c++) {
                width[c] = Math.max(width[c], row.get(c).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < width.length; c++) {
                String pad = " ".repeat(width[c] - row.get(c).length());
                String cell = right && c > 0 ? pad + row.get(c) : row.get(c) + pad;
                line.append(c == 0 ? cell : "  " + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
