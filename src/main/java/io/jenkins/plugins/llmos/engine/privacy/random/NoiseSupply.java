package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;

/**
 * The noise of a training's steps: numbers of {@link GridNormal}, made when they are asked for by as many threads as the
 * training has. Made beside the step before, they would take the processors from the threads of that step, which wait for
 * one another.
 */
public final class NoiseSupply implements AutoCloseable {
    /** Numbers of a piece; each has random bits of its own, so that any thread may make it. */
    private static final int PIECE = 1 << 15;
    /** Numbers that are there at once at most: few enough to stay in a processor's cache until they are used. */
    private static final int WINDOW = 1 << 20;

    private static final int CHUNK = 1 << 10;

    private final RandomKey key;
    private final long size;
    private final int threads;
    private final ByteBuffer window;
    private final ExecutorService helpers;
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(RandomKey::cipher);
    private long step = -1;
    /** How many of the step's numbers are given out, and how many are made. */
    private long given;

    private long made;

    /**
     * @param size numbers that a step needs, at least 1
     * @param threads to make them with, the caller's included, at least 1
     */
    public NoiseSupply(RandomKey key, long size, int threads) {
        this.key = key;
        this.size = size;
        this.threads = threads;
        window = ByteBuffer.allocateDirect((int) Math.min(size, WINDOW) * Float.BYTES);
        helpers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "noise");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Turns to the numbers of a step.
     *
     * @param step from 0 up
     */
    public void begin(long step) {
        this.step = step;
        given = 0;
        made = 0;
    }

    /**
     * The numbers that come next in the step.
     *
     * @param most how many are wanted, at least 1 and no more than the step still has
     * @return one or more of them as floats in native order in a direct buffer, valid until the next call
     */
    public ByteBuffer next(long most) {
        if (most < 1 || most > size - given) {
            throw new IllegalArgumentException(most + " numbers are wanted where " + (size - given) + " are left");
        }
        if (given == made) {
            make();
        }
        int from = (int) (given % WINDOW);
        int count = (int) Math.min(most, made - given);
        given += count;
        return part(from, count);
    }

    private ByteBuffer part(int from, int count) {
        return window.slice(from * Float.BYTES, count * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    /** Fills the window with what follows. */
    private void make() {
        int count = (int) Math.min(WINDOW, size - made);
        int pieces = (count + PIECE - 1) / PIECE;
        int first = Math.toIntExact(made / PIECE);
        AtomicInteger next = new AtomicInteger();
        CountDownLatch open = new CountDownLatch(pieces);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable work = () -> {
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
                try {
                    int from = piece * PIECE;
                    RandomBits bits = key.stream(ciphers.get(), RandomKey.NOISE, step, first + piece);
                    fill(from, Math.min(PIECE, count - from), bits);
                } catch (RuntimeException | Error e) {
                    // The window still holds older noise there, which must not be given out again.
                    failure.set(e);
                } finally {
                    open.countDown();
                }
            }
        };
        for (int i = 1; i < Math.min(threads, pieces); i++) {
            helpers.execute(work);
        }
        work.run();
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for noise", e);
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the noise could not be made", failure.get());
        }
        made += count;
    }

    private void fill(int from, int count, RandomBits bits) {
        FloatBuffer floats = part(from, count).asFloatBuffer();
        float[] chunk = new float[Math.min(CHUNK, count)];
        for (int at = 0; at < count; at += chunk.length) {
            int some = Math.min(chunk.length, count - at);
            GridNormal.fill(chunk, some, bits);
            floats.put(chunk, 0, some);
        }
    }

    @Override
    public void close() {
        helpers.shutdownNow();
    }
}
