package io.jenkins.plugins.llmos.engine.serve;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A lane whose thread takes jobs from a queue. How long it may grow is the server's concern. */
abstract class QueuedLane<J> implements Lane {
    private static final long IDLE_MILLIS = 50;

    private final BlockingQueue<J> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "llmos-serve-model");
    private boolean closing;

    final void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether it was taken in. */
    final synchronized boolean offer(J job) {
        return !closing && queue.add(job);
    }

    /** The next job that is there, or comes in time; null if there is none. */
    final J poll(long time, TimeUnit unit) throws InterruptedException {
        return time <= 0 ? queue.poll() : queue.poll(time, unit);
    }

    private void run() {
        try {
            while (true) {
                J job = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (job != null) {
                    compute(job);
                } else if (isClosing() && queue.isEmpty()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    @Override
    public final synchronized void close() {
        closing = true;
    }

    /** Answers a job, and perhaps others from the queue. */
    abstract void compute(J first) throws InterruptedException;

    /** Lets the model go; nothing is computed any more. */
    abstract void release();
}
