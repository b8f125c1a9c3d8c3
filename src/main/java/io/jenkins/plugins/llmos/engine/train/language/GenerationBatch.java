package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
        sendBackThoseWithoutRoom();
        List<Continuation> fresh = new ArrayList<>();
        Past read = null;
        List<Continuation> done = new ArrayList<>();
        try (NDManager step = manager.newSubManager()) {
            List<Reading> readings = new ArrayList<>();
            LongStream ids = LongStream.empty();
            if (past != null) {
                readings.add(Reading.on(step, past, 1));
                ids = running.stream().mapToLong(Continuation::last);
            }
            if (!waiting.isEmpty()) {
                List<int[]> prompts = admit(fresh);
                int width = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
                read = new Past(
                        manager,
                        model.config(),
                        prompts.stream().mapToInt(p -> width - p.length).toArray());
                readings.add(Reading.on(step, read, width));
                ids = LongStream.concat(ids, prompts.stream().flatMapToLong(p -> padded(p, width)));
            }
            if (readings.isEmpty()) {
                return done;
            }
            NDArray row = step.create(ids.toArray()).expandDims(0);
            take(model.nextLogits(parameters, row, readings), fresh, done);
        } catch (RuntimeException e) {
            if (read != null) {
                read.close();
            }
            throw e;
        }
        if (past != null) {
            past = keep(past, running, t -> !t.isDone());
        }
        if (read != null) {
            join(keep(read, fresh, t -> !t.isDone()), fresh);
        }
        return done;
    }

    /** Those that have filled the context are read again from their last tokens. */
    private void sendBackThoseWithoutRoom() {
        if (past == null) {
            return;
        }
        int context = model.config().context();
        List<Continuation> full = IntStream.range(0, running.size())
                .filter(i -> past.tokens(i) >= context)
                .mapToObj(running::get)
                .toList();
        full.forEach(waiting::addFirst);
        past = keep(past, running, t -> !full.contains(t));
    }

    /** Takes as many of those waiting as are read at once; their prompts. */
    private List<int[]> admit(List<Continuation> fresh) {
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
        return prompts;
    }

    private static LongStream padded(int[] prompt, int width) {
        return LongStream.concat(
                LongStream.range(0, width - prompt.length).map(i -> 0),
                Arrays.stream(prompt).asLongStream());
    }

    /** What is read of a text: all of it, or the last half of the context where it has outgrown that. */
    private int[] prompt(Continuation text) {
        int context = model.config().context();
        boolean outgrown = text.tokens() > context || (text.made() > 0 && text.tokens() >= context);
        return text.tail(outgrown ? Math.max(1, context / 2) : context);
    }

    /** @param logits (texts, vocabulary) of those running and the fresh ones */
    private void take(NDArray logits, List<Continuation> fresh, List<Continuation> done) {
        List<Continuation> texts =
                Stream.concat(running.stream(), fresh.stream()).toList();
        FloatBuffer all = logits.toByteBuffer(true).asFloatBuffer();
        float[] scores = new float[model.config().vocabulary()];
        for (Continuation text : texts) {
            all.get(scores);
            text.take(scores, model.config().endOfText());
            if (text.isDone()) {
                done.add(text);
            }
        }
    }

    /** Leaves those that stay, in the order that their past has then; null if none stay. */
    private static Past keep(Past past, List<Continuation> texts, Predicate<Continuation> which) {
        int[] kept = IntStream.range(0, texts.size())
                .filter(i -> which.test(texts.get(i)))
                .toArray();
        if (kept.length == texts.size()) {
            return past;
        }
        if (kept.length == 0) {
            texts.clear();
            past.close();
            return null;
        }
        List<Continuation> left =
                Arrays.stream(past.keep(kept)).mapToObj(texts::get).toList();
        texts.clear();
        texts.addAll(left);
        return past;
    }

    private void join(Past read, List<Continuation> fresh) {
        running.addAll(fresh);
        if (past == null) {
            past = read;
        } else if (read != null) {
            past.join(read);
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
