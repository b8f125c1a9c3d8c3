package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Tokenizer.words(text, words::add);
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
}
