package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.concurrent.Callable;

/**
 * One line of execution: the script's main thread, or one branch of a {@code parallel}. Cancelling a block interrupts
 * every strand that is inside of it and not waiting for strands of its own; each such strand then sees the reason once,
 * in the step that it runs or in the next one, and not after it has left the block.
 */
final class Strand {
    private static final ThreadLocal<Strand> CURRENT = new ThreadLocal<>();

    private final Strands strands;
    private final Strand parent;
    private final Thread thread;
    private Context context;
    private Interruption.Reason pending;
    private Context pendingFor;
    private Context takenFor;
    private int children;

    Strand(Strands strands, Strand parent, Thread thread, Context context) {
        this.strands = strands;
        this.parent = parent;
        this.thread = thread;
        this.context = context;
    }

    /**
     * The strand of the calling thread.
     *
     * @throws IllegalStateException on a thread that the pipeline did not start
     */
    static Strand current() {
        Strand s = CURRENT.get();
        if (s == null) {
            throw new IllegalStateException(
                    "Steps can be called from the script and from branches of 'parallel', not from other threads.");
        }
        return s;
    }

    /** The strand of the calling thread, or null on threads that are not the pipeline's. */
    static Strand currentOrNull() {
        return CURRENT.get();
    }

    void attach() {
        CURRENT.set(this);
    }

    void detach() {
        CURRENT.remove();
    }

    Context context() {
        synchronized (strands) {
            return context;
        }
    }

    Strand parent() {
        return parent;
    }

    void childStarted() {
        children++;
    }

    void childEnded() {
        children--;
    }

    /** Runs a body inside a block. What was asked of this block and not yet seen is forgotten at its end. */
    <T> T within(Context block, Callable<T> body) throws Exception {
        Context before;
        synchronized (strands) {
            before = context;
            context = block;
        }
        try {
            return body.call();
        } finally {
            synchronized (strands) {
                context = before;
                if (pending != null && !before.isInside(pendingFor)) {
                    forget();
                }
            }
        }
    }

    /** Called with the lock on {@link Strands} held. */
    void interrupt(Context block, Interruption.Reason reason) {
        if (children > 0 || !context.isInside(block)) {
            return;
        }
        // The outermost cancelled block wins: what unwinds it unwinds the inner one too.
        if (pending == null || pendingFor.isInside(block)) {
            pending = reason;
            pendingFor = block;
        }
        thread.interrupt();
    }

    /** Throws what is pending, if anything. Steps call this before they begin. */
    void throwIfInterrupted() throws Interruption {
        Interruption i = take();
        if (i != null) {
            throw i;
        }
    }

    /** Takes what is pending, or returns null; clears the thread's interrupt flag. */
    Interruption take() {
        synchronized (strands) {
            if (pending == null) {
                return null;
            }
            Interruption.Reason reason = pending;
            takenFor = pendingFor;
            forget();
            return new Interruption(reason);
        }
    }

    /** Puts back what was taken, for the next step to see, where this step ended well in spite of it. */
    void putBack(Interruption interruption) {
        synchronized (strands) {
            if (pending == null && takenFor != null && context.isInside(takenFor)) {
                pending = interruption.reason();
                pendingFor = takenFor;
            }
        }
    }

    private void forget() {
        pending = null;
        pendingFor = null;
        boolean unused = Thread.interrupted();
    }
}
