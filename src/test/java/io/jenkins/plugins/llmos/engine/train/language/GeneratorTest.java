package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final int CONTEXT = 12;

    private final NDManager manager = NDManager.newBaseManager();
    private TextTokenizer tokenizer;
    private Gpt model;

    @BeforeEach
    void create() {
        BytePairTrainer trainer = new BytePairTrainer();
        trainer.add("the whale and the sea and the ship");
        tokenizer = TextTokenizer.of(trainer.train(270), "here");
        model = Tiny.create(
                manager, new GptConfig(tokenizer.size(), CONTEXT, 8, 2, 2, 16, tokenizer.endOfText(), 0, null));
        // Larger than those that a training begins with, so that not every score is near zero.
        model.getParameters().values().forEach(p -> p.getArray().muli(20));
    }

    @AfterEach
    void close() {
        tokenizer.close();
        manager.close();
    }

    private String generate(String prompt, int most, Sampling sampling) {
        StringBuilder text = new StringBuilder();
        new Generator(model, tokenizer, manager).generate(prompt, most, sampling, text::append);
        return text.toString();
    }

    @Test
    void takesTheLikeliestTokensAsAPlainLoopWould() {
        int[] ids = tokenizer.encode("the sea");
        int start = ids.length;
        while (ids.length < CONTEXT) {
            float[] logits = Tiny.logits(
                    model, manager, null, Arrays.stream(ids).asLongStream().toArray());
            int best = 0;
            for (int v = 1; v < tokenizer.size(); v++) {
                int last = (ids.length - 1) * tokenizer.size();
                best = logits[last + v] > logits[last + best] ? v : best;
            }
            assertNotEquals(tokenizer.endOfText(), best);
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = best;
        }

        String text = generate("the sea", CONTEXT - start, new Sampling(0, 0, 1, 1));

        assertEquals(tokenizer.decode(Arrays.copyOfRange(ids, start, CONTEXT)), text);
    }

    @Test
    void goesOnBeyondTheContextAndTheSameForTheSameSeed() {
        String one = generate("the", 5 * CONTEXT, new Sampling(50, 200, 0.99, 7));
        assertEquals(one, generate("the", 5 * CONTEXT, new Sampling(50, 200, 0.99, 7)));
        assertNotEquals(one, generate("the", 5 * CONTEXT, new Sampling(50, 200, 0.99, 8)));
        assertTrue(one.length() > CONTEXT, one);
        assertTrue(generate("", 3, new Sampling(1, 0, 1, 1)).length() > 0);
    }

    @Test
    void refusesAPromptLongerThanTheContext() {
        InvalidInputException e = assertThrows(
                InvalidInputException.class, () -> generate("the ".repeat(20), 3, new Sampling(1, 0, 1, 1)));
        assertTrue(e.getMessage().contains("at most 12"), e.getMessage());
    }
}
