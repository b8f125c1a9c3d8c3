package io.jenkins.plugins.llmos.engine.privacy.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The noise of a training's steps, made on a thread of its own beside the step before, as it does not depend on the data.
 */
public final class NoiseSupply implements AutoCloseable {
    private static final int CHUNK = 1 << 10;
    private static final int ALIGNMENT = 64;

    private final RandomKey key;
    private final int size;
    private final ByteBuffer[] buffers = new ByteBuffer[2];
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "noise");
        thread.setDaemon(true);
        return thread;
    });
    private Future<ByteBuffer> next;
    private long nextStep = -1;

    /** @param size numbers that a step needs, at least 1 */
    public NoiseSupply(RandomKey key, int size) {
        this.key = key;
        this.size = size;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = ByteBuffer.allocateDirect(Math.toIntExact((long) size * Float.BYTES + 2 * ALIGNMENT))
                    .alignedSlice(ALIGNMENT)
                    .order(ByteOrder.nativeOrder());
        }
    }

    /**
     * The noise of a step, numbers of {@link GridNormal} as floats in native order, and begins with the next step's.
     *
     * @return a direct buffer, valid until the call after the next
     */
    public ByteBuffer take(long step) {
        Future<ByteBuffer> ready = nextStep == step ? next : worker.submit(() -> make(step));
        ByteBuffer noise = get(ready);
        nextStep = step + 1;
        next = worker.submit(() -> make(step + 1));
        return noise;
    }

    /** Waits until the noise that was begun is made, so that a measurement of what follows is not shared with it. */
    public void settle() {
        if (next != null) {
            get(next);
        }
    }

    private static ByteBuffer get(Future<ByteBuffer> noise) {
        try {
            return noise.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for noise", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the noise could not be made", e);
        }
    }

    private ByteBuffer make(long step) {
        ByteBuffer bytes = buffers[(int) (step & 1)];
        FloatBuffer floats = bytes.clear().order(ByteOrder.nativeOrder()).asFloatBuffer();
        RandomBits bits = key.stream(RandomKey.NOISE, step);
        float[] chunk = new float[Math.min(CHUNK, size)];
        for (int from = 0; from < size; from += chunk.length) {
            int count = Math.min(chunk.length, size - from);
            GridNormal.fill(chunk, count, bits);
            floats.put(chunk, 0, count);
        }
        return bytes.slice(0, size * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
