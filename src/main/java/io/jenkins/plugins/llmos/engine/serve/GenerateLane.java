package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.train.language.Continuation;
import io.jenkins.plugins.llmos.engine.train.language.GenerationBatch;
import io.jenkins.plugins.llmos.engine.train.language.Generator;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Goes on with texts; those of several requests at once, which come and go between tokens. */
final class GenerateLane extends QueuedLane<GenerateLane.Job> {
    private static final Set<String> KNOWN = Set.of("prompt", "max_tokens", "temperature", "top_k", "top_p", "seed");

    private static final int MOST_TOKENS = 4096;
    /** Whole numbers up to this one are the same as JSON's numbers, which are doubles to most. */
    private static final long EXACT = 1L << 53;

    private final TextGenerator model;
    private final Generator generator;
    private final ServeMetrics metrics;
    private final int most;

    /** One request. */
    record Job(Continuation text, StringBuilder made, CompletableFuture<Map<String, Object>> answer) {}

    GenerateLane(TextGenerator model, ServeSettings settings, ServeMetrics metrics) {
        this.model = model;
        this.generator = model.generator();
        this.metrics = metrics;
        this.most = settings.batch();
        start();
    }

    @Override
    public String path() {
        return "/v1/generate";
    }

    @Override
    public Map<String, Object> describe() {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("task", "language");
        about.put("context", model.context());
        return about;
    }

    @Override
    public CompletableFuture<Map<String, Object>> submit(JsonObject request) {
        for (String name : request.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new InvalidInputException(
                        "The request has \"" + name + "\". " + Suggestions.sentence(name, KNOWN));
            }
        }
        JsonElement prompt = request.get("prompt");
        if (prompt == null
                || !prompt.isJsonPrimitive()
                || !prompt.getAsJsonPrimitive().isString()) {
            throw new InvalidInputException("The request needs \"prompt\", a text; it may be empty.");
        }
        int tokens = (int) whole(request, "max_tokens", 64, 1, MOST_TOKENS);
        Sampling sampling = new Sampling(
                number(request, "temperature", 1),
                (int) whole(request, "top_k", 0, 0, Integer.MAX_VALUE),
                number(request, "top_p", 1),
                whole(request, "seed", 42, -EXACT, EXACT));
        StringBuilder made = new StringBuilder();
        Job job = new Job(
                generator.continuation(prompt.getAsString(), tokens, sampling, made::append),
                made,
                new CompletableFuture<>());
        return offer(job) ? job.answer : null;
    }

    private static double number(JsonObject request, String name, double standard) {
        JsonElement value = request.get(name);
        if (value == null || value.isJsonNull()) {
            return standard;
        }
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            return value.getAsDouble();
        }
        throw new InvalidInputException("\"" + name + "\" is " + value + "; it must be a number.");
    }

    private static long whole(JsonObject request, String name, long standard, long least, long most) {
        double value = number(request, name, (double) standard);
        if (value != Math.rint(value) || value < least || value > most) {
            throw new InvalidInputException("\"" + name + "\" is " + request.get(name) + "; it must be a whole number"
                    + " from " + least + " to " + most + ".");
        }
        return (long) value;
    }

    @Override
    void compute(Job first) throws InterruptedException {
        Map<Continuation, Job> jobs = new LinkedHashMap<>();
        try (GenerationBatch batch = generator.batch()) {
            Job job = first;
            do {
                for (; job != null; job = jobs.size() < most ? poll(0, TimeUnit.NANOSECONDS) : null) {
                    if (!job.answer.isDone()) {
                        jobs.put(job.text, job);
                        batch.add(job.text);
                    }
                }
                jobs.values().stream().filter(j -> j.answer.isDone()).forEach(j -> j.text.cancel());
                metrics.batch(batch.size());
                for (Continuation done : batch.step()) {
                    Job finished = jobs.remove(done);
                    metrics.tokens(done.made());
                    finished.answer.complete(answer(finished));
                }
                job = jobs.size() < most ? poll(0, TimeUnit.NANOSECONDS) : null;
            } while (job != null || batch.size() > 0);
        } catch (RuntimeException | Error e) {
            // The thread has to live for the requests to come.
            jobs.values().forEach(j -> j.answer.completeExceptionally(e));
        }
    }

    private static Map<String, Object> answer(Job job) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("text", job.made.toString());
        answer.put("tokens", job.text.made());
        answer.put("prompt_tokens", job.text.promptTokens());
        answer.put("finish", job.text.endedItself() ? "stop" : "length");
        return answer;
    }

    @Override
    void release() {
        model.close();
    }
}
