package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The trainings of a run: what is known of each, which run now, and what those that are done returned. */
final class Trainings {
    private final Build build;
    private final Map<String, Training> known = new LinkedHashMap<>();
    private final Set<TrainerProcess> running = ConcurrentHashMap.newKeySet();
    private final Map<Path, String> outputs = new ConcurrentHashMap<>();

    Trainings(Build build) {
        this.build = build;
    }

    /** What is kept of a training that is done. */
    private record Recorded(String fingerprint, String output, Map<String, Object> result) {}

    /** The key of the training that is called next in a place. */
    String nextKey(Context context) {
        String path = context.path();
        return RunFolder.safe((path + "/train-" + build.ordinal(path, "train")).substring(1));
    }

    ControlFolder control(String key) {
        return new ControlFolder(build.folder().training(key));
    }

    void update(String key, String name, UnaryOperator<Training> change) {
        synchronized (known) {
            Training before = known.getOrDefault(
                    key, new Training(key, name, build.folder().training(key), Training.Status.RUNNING, 0, Map.of()));
            known.put(key, change.apply(before));
        }
    }

    List<Training> all() {
        synchronized (known) {
            return List.copyOf(known.values());
        }
    }

    /** The result of a training that was done before, unless it was another training or its model is gone. */
    Optional<Map<String, Object>> recorded(String key, TrainSpec spec) {
        Path file = control(key).path().resolve("result.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Recorded recorded = Json.read("The recorded result", file, Recorded.class);
        boolean same = recorded.fingerprint().equals(fingerprint(spec))
                && recorded.output().equals(spec.output().toString());
        return same && Files.isDirectory(spec.output())
                ? Optional.of(new LinkedHashMap<>(recorded.result()))
                : Optional.empty();
    }

    void record(String key, TrainSpec spec, Map<String, Object> result) throws IOException {
        Path file = control(key).path().resolve("result.json");
        Path beside = file.resolveSibling("result.json.tmp");
        Files.writeString(
                beside,
                Json.pretty(new Recorded(fingerprint(spec), spec.output().toString(), result)));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Whether an attempt of this very training has been here. What another training left behind under the same key, in a
     * run whose Jenkinsfile has changed since, is removed.
     */
    boolean goesOn(ControlFolder control, TrainSpec spec) throws IOException {
        if (!Files.exists(control.spec())) {
            return false;
        }
        if (fingerprint(control.readSpec()).equals(fingerprint(spec))) {
            return true;
        }
        FileTrees.delete(control.path());
        return false;
    }

    private String fingerprint(TrainSpec spec) {
        return spec.fingerprint(build.workspace());
    }

    /** Keeps two trainings of a run from writing to one folder at the same time. */
    Runnable claimOutput(TrainSpec spec) throws StepFailure {
        String other = outputs.putIfAbsent(spec.output(), spec.name());
        if (other != null) {
            throw new StepFailure("llmosTrain's output " + spec.output() + " is being written by another training, "
                    + other + ". Give each training an output folder of its own.");
        }
        return () -> outputs.remove(spec.output());
    }

    void started(TrainerProcess process) {
        running.add(process);
    }

    void ended(TrainerProcess process) {
        running.remove(process);
    }

    /** Ends every trainer at once. */
    void killAll() {
        running.forEach(TrainerProcess::kill);
    }
}
