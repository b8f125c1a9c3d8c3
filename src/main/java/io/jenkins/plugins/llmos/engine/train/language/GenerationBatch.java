package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Goes on with several texts at once, a token of each in one pass of the model. Texts come and go between passes (Yu et
 * al., "Orca: A Distributed Serving System for Transformer-Based Generative Models", OSDI 2022, section 3.1). Where a text
 * outgrows the model's context, the last half of the context is read anew and what was before it is forgotten. One thread
 * at a time may use it.
 */
public final class GenerationBatch implements AutoCloseable {
    /** Tokens of prompts that are read in one pass, about. */
    private static final int TOKENS_AT_ONCE = 4096;

    private final Gpt model;
    private final NDManager manager;
    private final ParameterStore parameters;
    private final Deque<Continuation> waiting = new ArrayDeque<>();
    private final List<Continuation> running = new ArrayList<>();
    /** Of those running, in their order; null if there are none. */
    private Past past;

    GenerationBatch(Gpt model, NDManager manager) {
        this.model = model;
        this.manager = manager;
        this.parameters = new ParameterStore(manager, false);
    }

    /** Takes a text in. */
    public void add(Continuation text) {
        waiting.add(text);
    }

    /** Texts that are not done. */
    public int size() {
        return waiting.size() + running.size();
    }

    /**
     * Makes one token of each text; where many wait to be read, some of them wait on.
     *
     * @return those that are done now
     */
    public List<Continuation> step() {
        List<Continuation> done = new ArrayList<>();
        if (past != null) {
            goOn(done);
        }
        if (!waiting.isEmpty()) {
            readWaiting(done);
        }
        return done;
    }

    private void goOn(List<Continuation> done) {
        int context = model.config().context();
        // Those without room are read again from their last tokens.
        for (int i = 0; i < running.size(); i++) {
            if (past.tokens(i) >= context) {
                waiting.addFirst(running.get(i));
            }
        }
        keep(i -> past.tokens(i) < context);
        if (past == null) {
            return;
        }
        long[] last = running.stream().mapToLong(Continuation::last).toArray();
        take(scores(last, 1, past), running, done);
        keep(i -> !running.get(i).isDone());
    }

    private void readWaiting(List<Continuation> done) {
        List<Continuation> fresh = new ArrayList<>();
        List<int[]> prompts = new ArrayList<>();
        int longest = 0;
        while (!waiting.isEmpty()) {
            int[] prompt = prompt(waiting.peek());
            longest = Math.max(longest, prompt.length);
            if (!fresh.isEmpty() && (fresh.size() + 1L) * longest > TOKENS_AT_ONCE) {
                break;
            }
            fresh.add(waiting.remove());
            prompts.add(prompt);
        }
        int width = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        long[] ids = new long[fresh.size() * width];
        int[] before = new int[fresh.size()];
        for (int s = 0; s < before.length; s++) {
            int[] prompt = prompts.get(s);
            before[s] = width - prompt.length;
            for (int i = 0; i < prompt.length; i++) {
                ids[s * width + before[s] + i] = prompt[i];
            }
        }
        Past read = new Past(manager, model.config(), before);
        try {
            take(scores(ids, width, read), fresh, done);
        } catch (RuntimeException e) {
            read.close();
            throw e;
        }
        running.addAll(fresh);
        if (past == null) {
            past = read;
        } else {
            past.join(read);
        }
        keep(i -> !running.get(i).isDone());
    }

    /** What is read of a text: all of it, or the last half of the context where it has outgrown that. */
    private int[] prompt(Continuation text) {
        int context = model.config().context();
        boolean outgrown = text.tokens() > context || (text.made() > 0 && text.tokens() >= context);
        return text.tail(outgrown ? Math.max(1, context / 2) : context);
    }

    private void take(float[] scores, List<Continuation> texts, List<Continuation> done) {
        int vocabulary = model.config().vocabulary();
        for (int s = 0; s < texts.size(); s++) {
            texts.get(s)
                    .take(
                            Arrays.copyOfRange(scores, s * vocabulary, (s + 1) * vocabulary),
                            model.config().endOfText());
            if (texts.get(s).isDone()) {
                done.add(texts.get(s));
            }
        }
    }

    /** Scores of the token after each sequence's last, row by row. */
    private float[] scores(long[] ids, int fresh, Past of) {
        try (NDManager step = manager.newSubManager()) {
            NDArray rows = step.create(ids, new Shape(of.sequences(), fresh));
            return model.nextLogits(parameters, rows, of).toFloatArray();
        }
    }

    private void keep(IntPredicate which) {
        int[] kept = IntStream.range(0, running.size()).filter(which).toArray();
        if (kept.length == running.size()) {
            return;
        }
        List<Continuation> left = Arrays.stream(kept).mapToObj(running::get).toList();
        running.clear();
        running.addAll(left);
        if (kept.length == 0) {
            past.close();
            past = null;
        } else {
            past.keep(kept);
        }
    }

    @Override
    public void close() {
        if (past != null) {
            past.close();
            past = null;
        }
    }
}
