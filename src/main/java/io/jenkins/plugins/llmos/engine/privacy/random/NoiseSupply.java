package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;

/**
 * The noise of a training's steps: numbers of {@link GridNormal}. The first of a step can be made in advance, by a thread
 * that gives way to others, since those of a training wait for one another; the rest are made when they are added, by as
 * many threads as the training has.
 */
public final class NoiseSupply implements AutoCloseable {
    /** Numbers of a piece; each has random bits of its own, so that any thread may make it. */
    private static final int PIECE = 1 << 15;
    /** Numbers that are made at once: few enough to stay in the innermost cache until they are added. */
    private static final int CHUNK = 1 << 10;
    /** Pieces that are kept at most: 16 MiB. */
    private static final int KEPT = 128;
    /** Pieces, made or only added, that one thread has done before another would have got a processor. */
    private static final int FEW_TO_MAKE = 2;

    private static final int FEW_TO_ADD = 8;

    private final RandomKey key;
    private final long size;
    private final int threads;
    private final ExecutorService helpers;
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(RandomKey::cipher);
    /** Pieces made in advance; the first {@link #made} are those of {@link #keptStep}. */
    private final float[][] kept;

    private long keptStep = -1;
    private volatile int made;
    private volatile boolean stopped;
    private Future<?> preparation;

    /**
     * @param size numbers of a step, at least 1
     * @param threads to make numbers with, the caller's included, at least 1; one alone makes nothing in advance
     */
    public NoiseSupply(RandomKey key, long size, int threads) {
        this.key = key;
        this.size = size;
        this.threads = threads;
        kept = new float[threads == 1 ? 0 : Math.min(KEPT, pieces(size))][];
        helpers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "noise");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int pieces(long size) {
        return Math.toIntExact((size + PIECE - 1) / PIECE);
    }

    private static int count(long size, int piece) {
        return (int) Math.min(PIECE, size - (long) piece * PIECE);
    }

    /**
     * Begins to make the first numbers of a step, on a processor that nobody else wants.
     *
     * @param step from 0 up
     */
    public void prepare(long step) {
        stop();
        if (kept.length > 0) {
            keptStep = step;
            made = 0;
            stopped = false;
            preparation = helpers.submit(this::makeAhead);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // speed depends on the scheduler, and nothing else
    private void makeAhead() {
        float[] chunk = new float[CHUNK];
        for (int piece = 0; piece < kept.length; piece++) {
            RandomBits bits = stream(keptStep, piece);
            if (kept[piece] == null) {
                kept[piece] = new float[PIECE];
            }
            int count = count(size, piece);
            for (int at = 0; at < count; at += CHUNK) {
                if (stopped) {
                    return;
                }
                // A thread of the training's may wait for this processor, and all its others for that one.
                Thread.yield();
                // As many as are wanted: what is drawn again after them has the bits that follow.
                int some = Math.min(CHUNK, count - at);
                GridNormal.fill(chunk, some, bits);
                System.arraycopy(chunk, 0, kept[piece], at, some);
            }
            made = piece + 1;
        }
    }

    private void stop() {
        stopped = true;
        if (preparation != null) {
            try {
                await(preparation);
            } finally {
                preparation = null;
            }
        }
    }

    /**
     * Turns each number x into (round(x) + noise) · scale. Both are whole numbers then, so the sum is that of integers,
     * rounded as any function of it may be.
     *
     * @param sums all numbers of the step, from the first of each buffer to its limit
     * @param step from 0 up; its noise is the same however its numbers are cut into buffers
     * @throws IllegalStateException if noise could not be made; the numbers must not be used then
     */
    public void addTo(List<FloatBuffer> sums, long step, float scale) {
        NumberRow numbers = new NumberRow(sums);
        if (numbers.size() != size) {
            throw new IllegalArgumentException("a step has " + size + " numbers, not " + numbers.size());
        }
        int pieces = pieces(size);
        stop();
        int ready = keptStep == step ? made : 0;
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            float[] scratch = new float[CHUNK];
            float[] fresh = new float[CHUNK];
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
                long from = (long) piece * PIECE;
                int count = count(size, piece);
                RandomBits bits = piece < ready ? null : stream(step, piece);
                for (int at = 0; at < count; at += CHUNK) {
                    int some = Math.min(CHUNK, count - at);
                    if (bits == null) {
                        numbers.add(from + at, kept[piece], at, some, scale, scratch);
                    } else {
                        GridNormal.fill(fresh, some, bits);
                        numbers.add(from + at, fresh, 0, some, scale, scratch);
                    }
                }
            }
        };
        int workers = pieces - ready < FEW_TO_MAKE && pieces < FEW_TO_ADD ? 1 : Math.min(threads, pieces);
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            others.add(helpers.submit(work));
        }
        try {
            work.run();
        } finally {
            others.forEach(NoiseSupply::await);
        }
    }

    private RandomBits stream(long step, int piece) {
        return key.stream(ciphers.get(), RandomKey.NOISE, step, piece);
    }

    private static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the noise could not be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for noise", e);
        }
    }

    @Override
    public void close() {
        stopped = true;
        helpers.shutdownNow();
    }
}
