package io.jenkins.plugins.llmos.engine.report;

/**
 * A chart with everything that makes it readable: a caption, a legend, an SVG drawing with a title and a description for
 * screen readers, and a table of its values that unfolds below. Its style is in {@link Style#css}; it has no script, no
 * style attribute and no colour that means something by itself.
 */
public interface Figure {
    String title();

    /**
     * The figure as a fragment that is both HTML and XML.
     *
     * @param id letters, digits and dashes, different for every figure of a page
     * @param words for what the figure says beside the texts that it was made of
     */
    String html(String id, Words words);

    /** The same in English. */
    default String html(String id) {
        return html(id, Words.ENGLISH);
    }
}
