package io.jenkins.plugins.llmos.engine.report;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A page in one file: no script, nothing fetched, and a content security policy that allows just its own style. It follows
 * the reader's light or dark theme and prints well.
 */
public final class HtmlPage {
    private static final String GENERATOR = "LLMOS";

    /** The beginning of a page within which it says what wrote it. */
    private static final int HEAD_BYTES = 4096;

    private final String title;
    private final Words words;
    private final Markup body = new Markup();
    private int figures;

    /**
     * A page in English.
     *
     * @param title in the window and at the top
     */
    public HtmlPage(String title) {
        this(title, Words.ENGLISH);
    }

    /**
     * A page.
     *
     * @param title in the window and at the top
     * @param words of its language, for what figures say besides their texts
     */
    public HtmlPage(String title, Words words) {
        this.title = title;
        this.words = words;
    }

    public String title() {
        return title;
    }

    /** Begins a section. */
    public HtmlPage heading(String text) {
        body.element("h2", text);
        return this;
    }

    public HtmlPage paragraph(String text) {
        body.element("p", text);
        return this;
    }

    /** Sentences, one below the other; nothing if there are none. */
    public HtmlPage list(List<String> items) {
        if (!items.isEmpty()) {
            body.open("ul");
            items.forEach(item -> body.element("li", item));
            body.close("ul");
        }
        return this;
    }

    /** Text shown as it is, in letters of one width. */
    public HtmlPage preformatted(String text) {
        body.element("pre", text, "tabindex", 0);
        return this;
    }

    /** Names and what they are, in the order of the map. */
    public HtmlPage facts(Map<String, String> facts) {
        body.open("dl", "class", "llmos-facts");
        facts.forEach((name, value) -> body.element("dt", name).element("dd", value));
        body.close("dl");
        return this;
    }

    public HtmlPage table(HtmlTable table) {
        body.raw(table.html());
        return this;
    }

    public HtmlPage figure(Figure figure) {
        body.raw(figure.html("f" + ++figures, words));
        return this;
    }

    /** What is below the title, as a fragment for a page of a host that has {@link Style#css}. */
    public String body() {
        return body.toString();
    }

    /** The whole page, both HTML and XML. */
    public String html() {
        return html(null);
    }

    /**
     * The page as HTML.
     *
     * @param styleSheet as of {@link #write(Path, String)}
     */
    public String html(String styleSheet) {
        String css = Style.css();
        Markup m = new Markup();
        m.raw("<!DOCTYPE html>\n")
                .open(
                        "html",
                        "lang",
                        words.language(),
                        "data-theme",
                        "dark-system",
                        "xmlns",
                        "http://www.w3.org/1999/xhtml");
        m.open("head").empty("meta", "charset", "utf-8").empty("meta", "name", "generator", "content", GENERATOR);
        m.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src " + (styleSheet == null ? "" : "'self' ") + "'sha256-" + sha256(css)
                        + "'; base-uri 'none'; form-action 'none'");
        m.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        m.empty("meta", "name", "color-scheme", "content", "light dark");
        m.element("title", title).open("style").raw(css).close("style");
        if (styleSheet != null) {
            m.empty("link", "rel", "stylesheet", "href", styleSheet);
        }
        m.close("head");
        m.open("body", "class", "llmos-page").open("main").element("h1", title);
        return m.raw(body.toString())
                .close("main")
                .close("body")
                .close("html")
                .raw("\n")
                .toString();
    }

    /**
     * Finds out, before the work whose result is to be shown, whether a page may be written to a file: it may take the
     * place of an earlier page, but of nothing else.
     *
     * @throws InvalidInputException if something else is there, or the file's folder cannot be written to
     */
    public static void checkWritable(Path file) {
        checkWritable(FileAccess.PLAIN, file);
    }

    /** The same of a page that may be encrypted. */
    public static void checkWritable(FileAccess access, Path file) {
        Path absolute = file.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            throw new InvalidInputException(file + " is a folder. Name the file that the page shall be written to.");
        }
        if (Files.exists(absolute) && !isPage(access, absolute)) {
            throw new InvalidInputException(
                    file + " exists and is not a page of LLMOS, so it is not overwritten. Choose"
                            + " another name, or remove it.");
        }
        Path folder = absolute.getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new InvalidInputException("The page cannot be written to " + file + ": " + folder
                    + " is not a folder that may be written to. Choose another place.");
        }
    }

    private static boolean isPage(FileAccess access, Path file) {
        try (InputStream in = access.read(file)) {
            String head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
            return head.contains("name=\"generator\" content=\"" + GENERATOR + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes the page beside the file and renames it, so that a reader never sees half of it. */
    public void write(Path file) throws IOException {
        write(file, null);
    }

    /**
     * Writes the page so that its style comes from the file beside it where a host, as Jenkins does with what builds keep,
     * forbids the style within the page.
     *
     * @param styleSheet name of a file with {@link Style#css} in the same folder
     */
    public void write(Path file, String styleSheet) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        Files.writeString(part, html(styleSheet));
        Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
