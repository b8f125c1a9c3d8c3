package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.function.Consumer;

/** Goes on with texts, token by token. Each token is computed once. */
public final class Generator {
    private final Gpt model;
    private final TextTokenizer tokenizer;
    private final NDManager manager;

    /**
     * @param model with its parameters
     * @param manager of the model's parameters
     */
    public Generator(Gpt model, TextTokenizer tokenizer, NDManager manager) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.manager = manager;
    }

    /**
     * A text to go on with until it ends.
     *
     * @param prompt to go on with; empty to begin a text
     * @param most tokens to make at most, at least 1
     * @param sink takes the new text, a few characters at a time
     * @throws InvalidInputException if the prompt is longer than the model's context
     */
    public Continuation continuation(String prompt, int most, Sampling sampling, Consumer<String> sink) {
        GptConfig config = model.config();
        int[] start = prompt.isEmpty() ? new int[] {config.endOfText()} : tokenizer.encode(prompt);
        if (start.length > config.context()) {
            throw new InvalidInputException("The prompt has " + start.length + " tokens, and the model reads at most "
                    + config.context() + ". Shorten it.");
        }
        return new Continuation(tokenizer, start, most, sampling, sink);
    }

    /** An empty batch of texts. */
    public GenerationBatch batch() {
        return new GenerationBatch(model, manager);
    }

    /**
     * Generates one text until it ends.
     *
     * @return how many tokens were made
     * @throws InvalidInputException as of {@link #continuation}
     */
    public int generate(String prompt, int most, Sampling sampling, Consumer<String> sink) {
        Continuation text = continuation(prompt, most, sampling, sink);
        try (GenerationBatch batch = batch()) {
            batch.add(text);
            while (!text.isDone()) {
                batch.step();
            }
        }
        return text.made();
    }
}
