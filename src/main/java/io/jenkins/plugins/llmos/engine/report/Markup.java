package io.jenkins.plugins.llmos.engine.report;

import java.util.Locale;

/** Writes markup that is both HTML and XML: every element is closed, every text and attribute escaped. */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /**
     * Escapes a text for elements and quoted attributes. Characters that XML cannot hold become U+FFFD.
     *
     * @return empty for null
     */
    static String escape(String text) {
        if (text == null) {
            return "";
        }
        StringBuilder s = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> s.append("&amp;");
                case '<' -> s.append("&lt;");
                case '>' -> s.append("&gt;");
                case '"' -> s.append("&quot;");
                case '\'' -> s.append("&#39;");
                default -> s.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
        return s.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }

    /** A start tag; attributes are names and values in turn, those whose value is null are left out. */
    Markup open(String element, Object... attributes) {
        return tag(element, ">", attributes);
    }

    /** An element without content. */
    Markup empty(String element, Object... attributes) {
        return tag(element, "/>", attributes);
    }

    private Markup tag(String element, String end, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            if (value != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                out.append(value instanceof Double d ? number(d) : escape(value.toString()));
                out.append('"');
            }
        }
        out.append(end);
        return this;
    }

    Markup text(String text) {
        out.append(escape(text));
        return this;
    }

    /** Markup that is well formed already. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    Markup close(String element) {
        out.append("</").append(element).append('>');
        return this;
    }

    /** An element that holds a text only. */
    Markup element(String element, String text, Object... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    /** A coordinate: two decimals at most. */
    static String number(double d) {
        double rounded = Math.round(d * 100) / 100.0;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    /** A share of the width or height, 0 to 1. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f%%", share * 100).replaceAll("\\.?0+%$", "%");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
