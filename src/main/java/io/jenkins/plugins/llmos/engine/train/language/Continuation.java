package io.jenkins.plugins.llmos.engine.train.language;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A text that a language model goes on with. */
public final class Continuation {
    private static final char INCOMPLETE = '\uFFFD';
    /** A character has at most four bytes, and a token at least one. */
    private static final int LONGEST = 4;

    private final TextTokenizer tokenizer;
    private final Sampling sampling;
    private final SplittableRandom random;
    private final Consumer<String> sink;
    private final int most;
    private final int start;
    private int[] ids;
    private int count;
    private boolean done;
    private volatile boolean cancelled;
    /** Tokens that do not end with a whole character yet. */
    private int[] held = new int[0];

    Continuation(TextTokenizer tokenizer, int[] prompt, int most, Sampling sampling, Consumer<String> sink) {
        this.tokenizer = tokenizer;
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
        this.sink = sink;
        this.most = most;
        this.start = prompt.length;
        this.count = prompt.length;
        this.ids = prompt.clone();
    }

    /** Tokens that were made. */
    public int made() {
        return count - start;
    }

    /** Tokens of the prompt. */
    public int promptTokens() {
        return start;
    }

    /** Whether the text ended by itself, or is as long as it may be, or was cancelled. */
    public boolean isDone() {
        return done;
    }

    /** Whether the text ended rather than being as long as it may be. */
    public boolean endedItself() {
        return done && made() < most;
    }

    /** Makes no more tokens. May be called by any thread. */
    public void cancel() {
        cancelled = true;
    }

    int last() {
        return ids[count - 1];
    }

    /** All tokens, or as many as there are of the last ones. */
    int[] tail(int length) {
        return Arrays.copyOfRange(ids, Math.max(0, count - length), count);
    }

    int tokens() {
        return count;
    }

    /** Takes the next token by the scores of all, or ends. */
    void take(float[] scores, int endOfText) {
        int next = cancelled ? endOfText : sampling.draw(scores, random);
        if (next == endOfText) {
            end();
            return;
        }
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, Math.min(start + most, 2 * count + 1));
        }
        ids[count++] = next;
        held = Arrays.copyOf(held, held.length + 1);
        held[held.length - 1] = next;
        String decoded = tokenizer.decode(held);
        if (held.length >= LONGEST || decoded.isEmpty() || decoded.charAt(decoded.length() - 1) != INCOMPLETE) {
            sink.accept(decoded);
            held = new int[0];
        }
        if (made() == most) {
            end();
        }
    }

    private void end() {
        if (held.length > 0) {
            sink.accept(tokenizer.decode(held));
        }
        done = true;
    }
}
