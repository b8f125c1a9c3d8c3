package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A training's events as a log shows them. */
public final class ProgressText {
    private ProgressText() {}

    /** That a training starts or goes on. */
    public static String start(String name, TrainingEvent event) {
        boolean again = event.step() != null && event.step() > 0;
        return name
                + (again ? " goes on from step " + event.step() + " of " + event.steps() : " starts")
                + (event.message() == null ? "" : ": " + event.message());
    }

    /** How far a training is. */
    public static String facts(TrainingEvent e) {
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
        if (e.metrics() != null && e.metrics().get("perplexity") != null) {
            facts.add(String.format(Locale.ROOT, "perplexity %.2f", e.metrics().get("perplexity")));
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

    /** What came out of a training. */
    public static String done(String name, Map<String, Object> result) {
        List<String> facts = new ArrayList<>();
        if (result.get("accuracy") instanceof Number n) {
            facts.add(String.format(Locale.ROOT, "accuracy %.2f %%", 100 * n.doubleValue()));
        }
        for (String metric : List.of("perplexity", "rmse", "loss")) {
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
        return name + " is trained: " + String.join(", ", facts);
    }
}
