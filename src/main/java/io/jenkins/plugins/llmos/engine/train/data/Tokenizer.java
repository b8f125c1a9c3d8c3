package io.jenkins.plugins.llmos.engine.train.data;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.function.Consumer;

/**
 * Cuts text into words, the same in training and prediction and under every locale: runs of letters, digits and combining
 * marks in lower case (an apostrophe between letters belongs to its word); each Chinese character and each Japanese kana by
 * itself, as no spaces part words there; each symbol such as an emoji by itself. All else separates. Text is brought to
 * Unicode's form NFKC first, so that composed and full-width characters equal their plain forms.
 */
final class Tokenizer {
    private Tokenizer() {}

    /** Hands out the words of a text in order. */
    static void words(String text, Consumer<String> to) {
        String s = normalize(text);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < s.length(); ) {
            int c = s.codePointAt(i);
            int next = i + Character.charCount(c);
            if (isWhole(c)) {
                flush(word, to);
                to.accept(Character.toString(c));
            } else if (isPart(c)) {
                word.appendCodePoint(Character.toLowerCase(c));
            } else if (!isApostrophe(c) || word.length() == 0 || next >= s.length() || !isPart(s.codePointAt(next))) {
                flush(word, to);
            } else {
                word.append('\'');
            }
            i = next;
        }
        flush(word, to);
    }

    /** Whether a text has two words or more. */
    static boolean hasSeveral(String text) {
        int[] count = {0};
        words(text.length() > 400 ? text.substring(0, 400) : text, w -> count[0]++);
        return count[0] > 1;
    }

    private static void flush(StringBuilder word, Consumer<String> to) {
        if (word.length() > 0) {
            to.accept(word.toString());
            word.setLength(0);
        }
    }

    private static String normalize(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return Normalizer.normalize(text, Normalizer.Form.NFKC);
            }
        }
        return text;
    }

    private static boolean isApostrophe(int c) {
        return c == '\'' || c == '\u2019';
    }

    private static boolean isPart(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> Character.isLetterOrDigit(c) && !isWhole(c);
        };
    }

    private static boolean isWhole(int c) {
        if (c < 0xA6) {
            return false;
        }
        if (Character.getType(c) == Character.OTHER_SYMBOL) {
            return true;
        }
        if (!Character.isLetter(c)) {
            return false;
        }
        UnicodeScript script = UnicodeScript.of(c);
        return script == UnicodeScript.HAN || script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA;
    }
}
