package io.jenkins.plugins.llmos.engine.report;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** The words of figures and reports, in the languages that there are: English and Simplified Chinese. */
public final class Words {
    private static final String BUNDLE = "io.jenkins.plugins.llmos.engine.report.words";
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    /** English. */
    public static final Words ENGLISH = new Words(Locale.ROOT);

    private final ResourceBundle bundle;

    private Words(Locale locale) {
        bundle = ResourceBundle.getBundle(BUNDLE, locale, Words.class.getClassLoader(), NO_FALLBACK);
    }

    /** The words of a language; English where there are none of it. */
    public static Words of(Locale locale) {
        return new Words(locale);
    }

    /** Which language they are of, as pages name it: {@code en} or {@code zh-CN}. */
    public String language() {
        return bundle.getLocale().equals(Locale.ROOT)
                ? Locale.ENGLISH.toLanguageTag()
                : bundle.getLocale().toLanguageTag();
    }

    /**
     * A text.
     *
     * @param key in {@code words.properties}
     * @param arguments for the places {@code {0}}, {@code {1}}, … in it
     * @throws java.util.MissingResourceException if there is no such key
     */
    public String text(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), Locale.ROOT).format(arguments);
    }

    /** What a figure of a training or report is called; where the language has no word of its own, as the result calls it. */
    public String figure(String name) {
        try {
            return bundle.getString("figure." + name);
        } catch (MissingResourceException e) {
            return name;
        }
    }

    /** The same with the name that gates and results know it by, where that is another. */
    public String namedFigure(String name) {
        String said = figure(name);
        return said.equals(name) ? name : text("figure", said, name);
    }
}
