package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    void textsThatComeAndGoAreWhatEachIsAlone() {
        List<String> prompts = List.of("the sea", "", "and the ship and", "whale", "the whale", "s");
        Generator generator = new Generator(model, tokenizer, manager);
        List<StringBuilder> texts = new ArrayList<>();
        List<Continuation> all = new ArrayList<>();
        try (GenerationBatch batch = generator.batch()) {
            int done = 0;
            for (int step = 0; done < prompts.size(); step++) {
                // Each comes two steps after the one before, and has another length.
                if (step % 2 == 0 && all.size() < prompts.size()) {
                    StringBuilder text = new StringBuilder();
                    texts.add(text);
                    all.add(generator.continuation(
                            prompts.get(all.size()), 3 * CONTEXT - 5 * all.size(), sampling(all.size()), text::append));
                    batch.add(all.get(all.size() - 1));
                }
                done += batch.step().size();
            }
            assertEquals(0, batch.size());
        }
        for (int i = 0; i < prompts.size(); i++) {
            assertEquals(
                    generate(prompts.get(i), 3 * CONTEXT - 5 * i, sampling(i)),
                    texts.get(i).toString(),
                    "text " + i);
        }
    }

    @Test
    void severalThatJoinAtOnceAreWhatEachIsAlone() {
        List<List<String>> waves = List.of(
                List.of("s", "the"),
                List.of("and the ship and the", "", "whale", "the sea", "e"),
                List.of("ship", "the whale and", "a", "the ship"),
                List.of("sea and", ""));
        Generator generator = new Generator(model, tokenizer, manager);
        Map<Continuation, String> expected = new LinkedHashMap<>();
        Map<Continuation, StringBuilder> made = new LinkedHashMap<>();
        int done = 0;
        try (GenerationBatch batch = generator.batch()) {
            for (int step = 0; made.size() < 13 || batch.size() > 0; step++) {
                // In each wave some are longer than all that run, and of those some end between two waves.
                for (String prompt :
                        step % 3 == 0 && step / 3 < waves.size() ? waves.get(step / 3) : List.<String>of()) {
                    int i = made.size();
                    int most = 1 + 7 * i % 23;
                    StringBuilder text = new StringBuilder();
                    Continuation added = generator.continuation(prompt, most, sampling(i), text::append);
                    made.put(added, text);
                    expected.put(added, generate(prompt, most, sampling(i)));
                    batch.add(added);
                }
                done += batch.step().size();
            }
        }
        assertEquals(13, done);
        expected.forEach((text, alone) -> assertEquals(alone, made.get(text).toString()));
    }

    private static Sampling sampling(int i) {
        return i % 2 == 0 ? new Sampling(0, 0, 1, 1) : new Sampling(1, 5, 1, i);
    }

    @Test
    void refusesAPromptLongerThanTheContext() {
        InvalidInputException e = assertThrows(
                InvalidInputException.class, () -> generate("the ".repeat(20), 3, new Sampling(1, 0, 1, 1)));
        assertTrue(e.getMessage().contains("at most 12"), e.getMessage());
    }
}
