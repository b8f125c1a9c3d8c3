package io.jenkins.plugins.llmos.engine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style of figures, tables and pages, for light and dark themes and for print. */
public final class Style {
    private static final String CSS = read();

    private Style() {}

    /** The style sheet; its rules begin with {@code llmos-} classes, except those of {@code body.llmos-page}. */
    public static String css() {
        return CSS;
    }

    private static String read() {
        try (InputStream in = Style.class.getResourceAsStream("style.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
