package io.jenkins.plugins.llmos.engine.train.data;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Cuts text into words, the same in training and prediction and under every locale: runs of letters, digits and combining
 * marks in lower case (an apostrophe between letters belongs to its word); each Chinese character and each Japanese kana by
 * itself, as no spaces part words there; each symbol such as an emoji by itself. All else separates. Text is brought to
 * Unicode's form NFKC first, so that composed and full-width characters equal their plain forms.
 */
final class Tokenizer {
    private Tokenizer() {}

    /**
     * Hands out the first words of a text in order.
     *
     * @param most how many at most
     * @return how many there were, up to {@code most}
     */
    static int words(String text, int most, Consumer<String> to) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return anyWords(Normalizer.normalize(text, Normalizer.Form.NFKC), most, to);
            }
        }
        return asciiWords(text, most, to);
    }

    /** The same as {@link #anyWords} for text of ASCII alone, without building words letter by letter. */
    private static int asciiWords(String s, int most, Consumer<String> to) {
        int words = 0;
        int n = s.length();
        for (int i = 0; i < n && words < most; i++) {
            if (!isPart(s.charAt(i))) {
                continue;
            }
            int start = i;
            boolean capitals = false;
            for (; i < n; i++) {
                char c = s.charAt(i);
                if (!isPart(c) && (c != '\'' || i + 1 == n || !isPart(s.charAt(i + 1)))) {
                    break;
                }
                capitals |= c >= 'A' && c <= 'Z';
            }
            String word = s.substring(start, i);
            to.accept(capitals ? word.toLowerCase(Locale.ROOT) : word);
            words++;
        }
        return words;
    }

    /** @param s in form NFKC */
    static int anyWords(String s, int most, Consumer<String> to) {
        StringBuilder word = new StringBuilder();
        int words = 0;
        for (int i = 0; i < s.length() && words < most; ) {
            int c = s.codePointAt(i);
            int next = i + Character.charCount(c);
            if (isWhole(c)) {
                words += flush(word, to);
                if (words < most) {
                    to.accept(Character.toString(c));
                    words++;
                }
            } else if (isPart(c)) {
                word.appendCodePoint(Character.toLowerCase(c));
            } else if (!isApostrophe(c) || word.length() == 0 || next >= s.length() || !isPart(s.codePointAt(next))) {
                words += flush(word, to);
            } else {
                word.append('\'');
            }
            i = next;
        }
        return words < most ? words + flush(word, to) : words;
    }

    /** Whether a text has two words or more. */
    static boolean hasSeveral(String text) {
        return words(text, 2, w -> {}) == 2;
    }

    private static int flush(StringBuilder word, Consumer<String> to) {
        if (word.length() == 0) {
            return 0;
        }
        to.accept(word.toString());
        word.setLength(0);
        return 1;
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
