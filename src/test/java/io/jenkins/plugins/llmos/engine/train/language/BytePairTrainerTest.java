package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Tokenizers trained here and run by Hugging Face's library. */
class BytePairTrainerTest {
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> letters =
                Arbitraries.strings().withChars("ab c\n'sd 1,").ofMaxLength(200);
        Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(40).filter(t -> t.codePoints()
                .noneMatch(c -> Character.getType(c) == Character.SURROGATE));
        return Arbitraries.oneOf(letters, any, any.map(t -> t + " Ünïcödé 😀 " + t))
                .filter(t -> !t.isEmpty());
    }

    @Property(tries = 40)
    void whatIsEncodedIsDecodedToTheSame(
            @ForAll("texts") String learnt,
            @ForAll("texts") String other,
            @ForAll @IntRange(min = 257, max = 300) int most) {
        try (TextTokenizer tokenizer = trained(most, learnt)) {
            for (String text : new String[] {learnt, other}) {
                int[] ids = tokenizer.encode(text);
                assertEquals(text, tokenizer.decode(ids));
                assertTrue(Arrays.stream(ids).allMatch(id -> id >= 0 && id < tokenizer.endOfText()));
            }
        }
    }

    /** No id is left out and none is given twice, also where two pairs spell the same. */
    @Property(tries = 40)
    void idsAreNumberedWithoutAGap(@ForAll("texts") String text) {
        JsonObject json = JsonParser.parseString(train(290, text)).getAsJsonObject();
        TreeSet<Integer> ids = new TreeSet<>();
        json.getAsJsonObject("model").getAsJsonObject("vocab").asMap().values().forEach(v -> ids.add(v.getAsInt()));

        assertEquals(
                ids.size(),
                json.getAsJsonObject("model").getAsJsonObject("vocab").size());
        assertEquals(0, ids.first());
        assertEquals(ids.size() - 1, ids.last());
        try (TextTokenizer tokenizer = TextTokenizer.of(json.toString(), "here")) {
            assertEquals(ids.size(), tokenizer.size());
            assertEquals(ids.last(), tokenizer.endOfText());
        }
    }

    @Test
    void joinsTheMostFrequentPairFirst() {
        String json = train(260, "low low low lower lowest");

        // Sennrich et al., algorithm 1: (l,o) and (o,w) occur five times each, the former has the lower ids.
        assertEquals(
                "[\"l o\",\"lo w\",\"Ġ low\"]",
                JsonParser.parseString(json)
                        .getAsJsonObject()
                        .getAsJsonObject("model")
                        .getAsJsonArray("merges")
                        .toString());
    }

    @Test
    void encodesLongTextsPartByPartAsIfWhole() {
        String line = "the whale swam\n";
        try (TextTokenizer tokenizer = trained(300, line.repeat(3))) {
            int[] one = tokenizer.encode(line);
            int[] many = tokenizer.encode(line.repeat(150_000));
            assertEquals(150_000 * one.length, many.length);
            assertArrayEquals(one, Arrays.copyOfRange(many, many.length - one.length, many.length));
        }
    }

    @Test
    void unpairedSurrogatesAndNothingDoNoHarm() {
        try (TextTokenizer tokenizer = trained(257, "a")) {
            assertEquals("a?b", tokenizer.decode(tokenizer.encode("a\ud800b")));
            assertEquals(0, tokenizer.encode("").length);
        }
        assertThrows(InvalidInputException.class, () -> new BytePairTrainer().train(300));
    }

    @Test
    void refusesWhatIsNoTokenizer() {
        for (String json : new String[] {
            "",
            "7",
            "{}",
            "{\"model\":{\"vocab\":[]}}",
            "{\"model\":{\"vocab\":{\"a\":\"b\"}}}",
            "{\"model\":{\"vocab\":{\"a\":0}}}"
        }) {
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> TextTokenizer.of(json, "x.json"), json);
            assertTrue(e.getMessage().contains("x.json"), e.getMessage());
        }
    }

    private static String train(int vocabulary, String text) {
        BytePairTrainer trainer = new BytePairTrainer();
        trainer.add(text);
        return trainer.train(vocabulary);
    }

    private static TextTokenizer trained(int vocabulary, String text) {
        return TextTokenizer.of(train(vocabulary, text), "here");
    }
}
