package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Shows a training's events: a bar where somebody watches, else a line per epoch and one every few seconds; and tells the
 * scheduler how much is left.
 */
final class TrainingProgress implements Consumer<TrainingEvent>, AutoCloseable {
    private static final long BETWEEN_LINES = Duration.ofSeconds(5).toNanos();
    private static final long BETWEEN_EPOCHS = Duration.ofSeconds(1).toNanos();

    private final Build build;
    private final Context context;
    private final String name;
    private final Console.Progress bar;
    private long lastLine = System.nanoTime();
    private int seen;
    private int next;

    TrainingProgress(Build build, Context context, String name) {
        this.build = build;
        this.context = context;
        this.name = name;
        this.bar = build.console().progress();
        bar.show(name, 0, "starting");
    }

    /** The events are about to be told from the first again. */
    void startOver() {
        next = 0;
    }

    @Override
    public void accept(TrainingEvent event) {
        if (next++ < seen) {
            return;
        }
        seen++;
        switch (event.type()) {
            case START -> build.log(context, ProgressText.start(name, event));
            case STEP, EPOCH -> progress(event);
            case WARNING -> build.log(context, name + ": " + event.message());
            case CHECKPOINT, YIELDED, DONE, ERROR -> {}
        }
    }

    private void progress(TrainingEvent event) {
        double fraction = event.step() == null || event.steps() == null || event.steps() == 0
                ? Double.NaN
                : (double) event.step() / event.steps();
        String facts = ProgressText.facts(event);
        bar.show(name, fraction, facts);
        Holding holding = context.holding();
        if (holding != null && event.remainingSeconds() != null && Double.isFinite(event.remainingSeconds())) {
            holding.remaining().accept(event.remainingSeconds());
        }
        long since = System.nanoTime() - lastLine;
        boolean due = since >= BETWEEN_LINES || (event.type() == TrainingEvent.Type.EPOCH && since >= BETWEEN_EPOCHS);
        if (!bar.visible() && due) {
            lastLine = System.nanoTime();
            build.log(context, name + ": " + facts);
        }
    }

    void done(Map<String, Object> result) {
        build.log(context, ProgressText.done(name, result));
    }

    @Override
    public void close() {
        bar.close();
    }
}
