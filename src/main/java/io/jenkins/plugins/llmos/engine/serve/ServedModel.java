package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The model that a server computes with. Where its source names another one, that is loaded beside and takes over once it is
 * ready; what was asked of the one before is answered by it. Where that fails the one before stays.
 */
final class ServedModel implements AutoCloseable {
    private final ModelSource source;
    private final FileAccess access;
    private final ServeSettings settings;
    private final ServeMetrics metrics;
    private final Consumer<String> log;
    private final ScheduledExecutorService poll = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "llmos-serve-reload");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Loaded current;
    /** What could not be loaded, so that it is said once. */
    private volatile String refused = "";

    /** A model with its lane. */
    record Loaded(ModelSource.Found found, Lane lane) {}

    /** An answer to come, and who gives it. */
    record Submitted(ModelSource.Found by, CompletableFuture<Map<String, Object>> answer) {}

    /** @throws InvalidInputException if there is no model, or a damaged one */
    ServedModel(
            ModelSource source, FileAccess access, ServeSettings settings, ServeMetrics metrics, Consumer<String> log) {
        this.source = source;
        this.access = access;
        this.settings = settings;
        this.metrics = metrics;
        this.log = log;
        current = load(source.find());
        Duration every = settings.poll();
        var unused =
                poll.scheduleWithFixedDelay(this::follow, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Loaded load(ModelSource.Found found) {
        Path folder = found.folder().get();
        if (TextGenerator.isLanguageModel(access, folder)) {
            if (settings.optimization() != null) {
                throw new InvalidInputException("The model " + found.name() + " is a language model, which cannot be"
                        + " computed as " + settings.optimization().text() + ". Serve it as it is.");
            }
            return new Loaded(found, new GenerateLane(TextGenerator.load(access, folder), settings, metrics));
        }
        Predictor predictor = Predictor.load(access, FileAccess.PLAIN, folder);
        try {
            optimize(found, predictor);
            return new Loaded(found, new PredictLane(predictor, settings, metrics));
        } catch (RuntimeException e) {
            predictor.close();
            throw e;
        }
    }

    /** Says what it gains and changes. */
    private void optimize(ModelSource.Found found, Predictor predictor) {
        if (settings.optimization() == null) {
            return;
        }
        Predictor.Comparison compared =
                predictor.compare(settings.optimization(), predictor.drawnRows(settings.batch(), 1));
        log.accept(String.format(
                Locale.ROOT,
                "%s computes as %s: %.2f times as fast as trained at %d rows; on these, drawn at random, a probability or"
                        + " value changes by at most %.2g, and the label of %.1f %% of them.",
                found.name(),
                settings.optimization().text(),
                compared.speedUp(),
                settings.batch(),
                compared.largestChange(),
                100 * compared.otherLabels()));
    }

    /** Loads what the source names now, if that is another one. */
    void follow() {
        ModelSource.Found found = null;
        try {
            found = source.find();
            if (found.name().equals(current.found.name())) {
                refused = "";
                return;
            }
            Loaded next = load(found);
            Loaded before = current;
            current = next;
            before.lane.close();
            if (poll.isShutdown()) {
                // Whoever closed the server may have seen the one before.
                next.lane.close();
            }
            metrics.reloaded();
            refused = "";
            log.accept("Now serving " + found.name() + " in place of " + before.found.name() + ".");
        } catch (RuntimeException | Error e) {
            // Whatever gets out of here would end the following of the stage.
            String what = found == null ? "the stage" : found.name();
            if (!refused.equals(what)) {
                metrics.reloadFailed();
                refused = what;
                log.accept("Still serving " + current.found.name() + ", because " + what + " cannot be loaded: "
                        + e.getMessage());
            }
        }
    }

    /** What could not be loaded and why the one before is still served, empty if nothing. */
    String refused() {
        return refused;
    }

    Loaded current() {
        return current;
    }

    /** @throws InvalidInputException if the request is wrong */
    Submitted submit(JsonObject request) {
        while (!poll.isShutdown()) {
            // A lane takes none where another one has taken over since it was looked at.
            Loaded model = current;
            CompletableFuture<Map<String, Object>> answer = model.lane.submit(request);
            if (answer != null) {
                return new Submitted(model.found, answer);
            }
        }
        throw new IllegalStateException("the server is closing");
    }

    @Override
    public void close() {
        poll.shutdownNow();
        current.lane.close();
    }
}
