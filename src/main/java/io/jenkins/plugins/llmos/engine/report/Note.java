package io.jenkins.plugins.llmos.engine.report;

import java.util.List;
import java.util.MissingResourceException;

/**
 * A sentence that is kept, such as in JSON, and can be said in any language later.
 *
 * @param key which sentence it is, in {@code words.properties} behind {@code note.}
 * @param arguments for its places: texts and numbers
 * @param text the sentence in English
 */
public record Note(String key, List<Object> arguments, String text) {
    private static final String PREFIX = "note.";

    public Note {
        arguments = List.copyOf(arguments);
    }

    /**
     * A sentence.
     *
     * @param arguments texts and numbers
     * @throws MissingResourceException if there is no such key
     */
    public static Note of(String key, Object... arguments) {
        return new Note(key, List.of(arguments), Words.ENGLISH.text(PREFIX + key, arguments));
    }

    /** The sentence in a language; in English if it was made by a version that knows more sentences. */
    public String in(Words words) {
        try {
            return words.text(PREFIX + key, arguments.toArray());
        } catch (MissingResourceException | IllegalArgumentException e) {
            return text;
        }
    }
}
