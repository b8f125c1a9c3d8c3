package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Tokenizer.words(text, Integer.MAX_VALUE, words::add);
        return words;
    }

    @Test
    void words() {
        assertEquals(List.of("don't", "stop", "3pm", "o", "clock"), words("Don\u2019t STOP -- 3pm, 'o' clock'"));
        assertEquals(List.of("größe", "naïve", "naïve"), words("GRÖSSE".replace("SS", "ß") + " naïve nai\u0308ve"));
        assertEquals(List.of("今", "天", "good", "天", "気"), words("今天good,天気"));
        assertEquals(List.of("nice", "😀", "😀"), words("nice😀😀"));
        assertEquals(List.of("abc", "1"), words("ＡＢＣ　１"));
        assertEquals(List.of("हिन्दी"), words("हिन्दी"));
        assertEquals(List.of(), words(" .,;!"));
    }

    @Test
    void anyLocaleGivesTheSame() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertEquals(List.of("title", "i"), words("TITLE I"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Property
    void asciiIsCutLikeAllElse(@ForAll @Chars({'a', 'B', '3', '\'', ' ', '-'}) @StringLength(max = 12) String text) {
        List<String> any = new ArrayList<>();
        int n = Tokenizer.anyWords(text, 3, any::add);
        List<String> ascii = new ArrayList<>();
        assertEquals(n, Tokenizer.words(text, 3, ascii::add));
        assertEquals(any, ascii);
        assertEquals(Math.min(3, words(text).size()), n);
    }
}
