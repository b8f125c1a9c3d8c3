package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The strands that run now. Its monitor guards the state of all of them. */
final class Strands {
    private final Set<Strand> live = new LinkedHashSet<>();

    /** Runs on the calling thread as the first strand. */
    void runMain(Context context, Runnable body) {
        Strand strand = new Strand(this, null, Thread.currentThread(), context);
        run(strand, body);
    }

    /** Starts a strand of its own under the calling one. */
    Thread start(String name, Context context, Runnable body) {
        Strand parent = Strand.current();
        List<Strand> made = new ArrayList<>();
        Thread thread = new Thread(() -> run(made.get(0), body), name);
        thread.setDaemon(true);
        Strand strand = new Strand(this, parent, thread, context);
        made.add(strand);
        synchronized (this) {
            live.add(strand);
            parent.childStarted();
        }
        thread.start();
        return thread;
    }

    private void run(Strand strand, Runnable body) {
        strand.attach();
        synchronized (this) {
            live.add(strand);
        }
        try {
            body.run();
        } finally {
            synchronized (this) {
                live.remove(strand);
                if (strand.parent() != null) {
                    strand.parent().childEnded();
                }
            }
            strand.detach();
        }
    }

    /** Cancels a block, see {@link Strand}. */
    synchronized void cancel(Context block, Interruption.Reason reason) {
        live.forEach(s -> s.interrupt(block, reason));
    }
}
