package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            case START -> {
                boolean again = event.step() != null && event.step() > 0;
                build.log(
                        context,
                        name
                                + (again ? " goes on from step " + event.step() + " of " + event.steps() : " starts")
                                + (event.message() == null ? "" : ": " + event.message()));
            }
            case STEP, EPOCH -> progress(event);
            case WARNING -> build.log(context, name + ": " + event.message());
            case CHECKPOINT, YIELDED, DONE, ERROR -> {}
        }
    }

    private void progress(TrainingEvent event) {
        double fraction = event.step() == null || event.steps() == null || event.steps() == 0
                ? Double.NaN
                : (double) event.step() / event.steps();
        String facts = facts(event);
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

    private static String facts(TrainingEvent e) {
        List<String> facts = new ArrayList<>();
        if (e.step() != null && e.steps() != null) {
            facts.add("step " + e.step() + "/" + e.steps());
        }
        if (e.epoch() != null && e.epochs() != null) {
            facts.add("epoch " + e.epoch() + "/" + e.epochs());
        }
        if (e.loss() != null) {
            facts.add(String.format(Locale.ROOT, "loss %.4f", e.loss()));
        }
        if (e.validationLoss() != null) {
            facts.add(String.format(Locale.ROOT, "validation %.4f", e.validationLoss()));
        }
        if (e.metrics() != null && e.metrics().get("accuracy") != null) {
            facts.add(String.format(
                    Locale.ROOT, "accuracy %.2f %%", 100 * e.metrics().get("accuracy")));
        }
        if (e.epsilon() != null) {
            facts.add(String.format(Locale.ROOT, "ε %.2f", e.epsilon()));
        }
        if (e.samplesPerSecond() != null) {
            facts.add(String.format(Locale.ROOT, "%,.0f samples/s", e.samplesPerSecond()));
        }
        if (e.remainingSeconds() != null && Double.isFinite(e.remainingSeconds())) {
            facts.add(Units.format(Duration.ofMillis((long) (1000 * e.remainingSeconds()))) + " left");
        }
        return String.join(", ", facts);
    }

    void done(Map<String, Object> result) {
        List<String> facts = new ArrayList<>();
        if (result.get("accuracy") instanceof Number n) {
            facts.add(String.format(Locale.ROOT, "accuracy %.2f %%", 100 * n.doubleValue()));
        }
        for (String metric : List.of("rmse", "loss")) {
            if (result.get(metric) instanceof Number n) {
                facts.add(String.format(Locale.ROOT, metric + " %.4f", n.doubleValue()));
            }
        }
        if (result.get("seconds") instanceof Number n) {
            facts.add(Units.format(Duration.ofMillis((long) (1000 * n.doubleValue()))));
        }
        if (result.get("output") != null) {
            facts.add("in " + result.get("output"));
        }
        build.log(context, name + " is trained: " + String.join(", ", facts));
    }

    @Override
    public void close() {
        bar.close();
    }
}
