package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Goes on with a text, token by token. Each token is computed once; where a text outgrows the model's context, the last half
 * of the context is read anew and what was before it is forgotten.
 */
public final class Generator {
    private final Gpt model;
    private final TextTokenizer tokenizer;
    private final NDManager manager;
    private final ParameterStore parameters;

    /**
     * @param model with its parameters
     * @param manager of the model's parameters
     */
    public Generator(Gpt model, TextTokenizer tokenizer, NDManager manager) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.manager = manager;
        this.parameters = new ParameterStore(manager, false);
    }

    /**
     * Generates until the text ends.
     *
     * @param prompt to go on with; empty to begin a text
     * @param most tokens to make at most
     * @param sink takes the new text, a few characters at a time
     * @return how many tokens were made
     * @throws InvalidInputException if the prompt is longer than the model's context
     */
    public int generate(String prompt, int most, Sampling sampling, Consumer<String> sink) {
        GptConfig config = model.config();
        int[] start = prompt.isEmpty() ? new int[] {config.endOfText()} : tokenizer.encode(prompt);
        if (start.length > config.context()) {
            throw new InvalidInputException("The prompt has " + start.length + " tokens, and the model reads at most "
                    + config.context() + ". Shorten it.");
        }
        int[] ids = Arrays.copyOf(start, start.length + most);
        int count = start.length;
        Text text = new Text(sink);
        SplittableRandom random = new SplittableRandom(sampling.seed());
        Past past = new Past(manager, config.layers());
        try {
            for (int read = 0; count < ids.length; ) {
                if (count - read + past.tokens() > config.context()) {
                    past.close();
                    past = new Past(manager, config.layers());
                    read = count - Math.max(1, config.context() / 2);
                }
                int next = sampling.draw(scores(Arrays.copyOfRange(ids, read, count), past), random);
                read = count;
                if (next == config.endOfText()) {
                    break;
                }
                ids[count++] = next;
                text.add(next);
            }
        } finally {
            past.close();
        }
        text.end();
        return count - start.length;
    }

    /** Scores of the token after those given and the past, to which they are added. */
    private float[] scores(int[] ids, Past past) {
        try (NDManager step = manager.newSubManager()) {
            long[] all = Arrays.stream(ids).asLongStream().toArray();
            NDArray logits = model.logits(parameters, step.create(all, new Shape(1, all.length)), past, false);
            return logits.get(new NDIndex("0, -1")).toFloatArray();
        }
    }

    /** Holds tokens back until they end with a whole character. */
    private final class Text {
        private static final char INCOMPLETE = '\uFFFD';
        /** A character has at most four bytes, and a token at least one. */
        private static final int LONGEST = 4;

        private final Consumer<String> sink;
        private int[] held = new int[0];

        private Text(Consumer<String> sink) {
            this.sink = sink;
        }

        private void add(int id) {
            held = Arrays.copyOf(held, held.length + 1);
            held[held.length - 1] = id;
            String decoded = tokenizer.decode(held);
            if (held.length >= LONGEST || decoded.isEmpty() || decoded.charAt(decoded.length() - 1) != INCOMPLETE) {
                sink.accept(decoded);
                held = new int[0];
            }
        }

        private void end() {
            if (held.length > 0) {
                sink.accept(tokenizer.decode(held));
            }
        }
    }
}
