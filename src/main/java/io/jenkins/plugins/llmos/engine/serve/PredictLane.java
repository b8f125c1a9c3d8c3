package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.Predictor.Prediction;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.data.InstanceEncoder;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Predicts rows; those of several requests at once. */
final class PredictLane extends QueuedLane<PredictLane.Job> {
    private static final String INSTANCES = "instances";

    private final Predictor predictor;
    private final InstanceEncoder encoder;
    private final ServeMetrics metrics;
    private final int batch;
    private final long gatherNanos;

    /** One request. */
    record Job(List<float[]> rows, CompletableFuture<Map<String, Object>> answer) {}

    PredictLane(Predictor predictor, ServeSettings settings, ServeMetrics metrics) {
        this.predictor = predictor;
        this.encoder = predictor.instanceEncoder();
        this.metrics = metrics;
        this.batch = Math.min(settings.batch(), predictor.batch());
        this.gatherNanos = settings.gather().toNanos();
        start();
    }

    @Override
    public String path() {
        return "/v1/predict";
    }

    @Override
    public Map<String, Object> describe() {
        FeatureSchema schema = predictor.schema();
        Map<String, Object> columns = new LinkedHashMap<>();
        for (Feature f : schema.features()) {
            columns.put(f.name(), f.type().name().toLowerCase(Locale.ROOT));
        }
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("task", schema.task().name().toLowerCase(Locale.ROOT));
        about.put("target", schema.target());
        about.put("columns", columns);
        about.put("labels", schema.labels());
        return about;
    }

    @Override
    public CompletableFuture<Map<String, Object>> submit(JsonObject request) {
        for (String name : request.keySet()) {
            if (!name.equals(INSTANCES)) {
                throw new InvalidInputException(
                        "The request has \"" + name + "\". " + Suggestions.sentence(name, Set.of(INSTANCES)));
            }
        }
        if (!(request.get(INSTANCES) instanceof JsonArray instances) || instances.isEmpty()) {
            throw new InvalidInputException(
                    "The request needs \"instances\", a list of at least one row, such as {\"instances\": [{\""
                            + predictor.schema().features().get(0).name() + "\": …}]}.");
        }
        List<float[]> rows = new ArrayList<>(instances.size());
        for (int i = 0; i < instances.size(); i++) {
            rows.add(encoder.encode(instances.get(i), "Instance " + (i + 1)));
        }
        Job job = new Job(rows, new CompletableFuture<>());
        return offer(job) ? job.answer : null;
    }

    @Override
    void compute(Job first) throws InterruptedException {
        List<Job> jobs = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        long until = System.nanoTime() + gatherNanos;
        for (Job job = first; job != null; ) {
            if (!job.answer.isDone()) {
                jobs.add(job);
                rows.addAll(job.rows);
            }
            job = rows.size() >= batch ? null : poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        if (jobs.isEmpty()) {
            return;
        }
        try {
            List<Prediction> predictions = predictor.predict(rows);
            metrics.batch(rows.size());
            int at = 0;
            for (Job job : jobs) {
                job.answer.complete(answer(predictions.subList(at, at + job.rows.size())));
                at += job.rows.size();
            }
        } catch (RuntimeException | Error e) {
            // The thread has to live for the requests to come.
            jobs.forEach(job -> job.answer.completeExceptionally(e));
        }
    }

    private Map<String, Object> answer(List<Prediction> predictions) {
        List<Map<String, Object>> all = new ArrayList<>(predictions.size());
        List<String> labels = predictor.schema().labels();
        for (Prediction p : predictions) {
            Map<String, Object> one = new LinkedHashMap<>();
            if (p.label() == null) {
                one.put("value", (float) p.value());
            } else {
                Map<String, Float> probabilities = new LinkedHashMap<>();
                for (int i = 0; i < labels.size(); i++) {
                    probabilities.put(labels.get(i), p.probabilities().get(i).floatValue());
                }
                one.put("label", p.label());
                one.put("probabilities", probabilities);
            }
            all.add(one);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("predictions", all);
        return answer;
    }

    @Override
    void release() {
        predictor.close();
    }
}
