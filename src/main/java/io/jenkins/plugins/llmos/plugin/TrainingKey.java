package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells a training from the others of its build, the same on every machine. */
final class TrainingKey {
    /** Stands for the workspace, wherever it lies. */
    private static final Path WORKSPACE = Path.of("/workspace");

    private TrainingKey() {}

    /**
     * The key.
     *
     * @param arguments of the step, checked
     * @param folder in which the step runs
     * @param environment tells where the workspace is
     */
    static String of(Map<String, Object> arguments, String folder, EnvVars environment) {
        String root = environment.getOrDefault("WORKSPACE", folder).replace('\\', '/');
        Map<String, Object> moved = new LinkedHashMap<>(arguments);
        for (String path : List.of("data", "labels", "tokenizer", "from", "output")) {
            moved.computeIfPresent(path, (name, value) -> within(root, value.toString()));
        }
        TrainSpec spec = TrainSpec.from(moved, Path.of(within(root, folder)));
        String text = spec.fingerprint(WORKSPACE) + '\n' + spec.name() + '\n' + spec.output();
        return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    private static String within(String root, String path) {
        String slashes = path.replace('\\', '/');
        return slashes.equals(root) || slashes.startsWith(root + "/")
                ? WORKSPACE + slashes.substring(root.length())
                : path;
    }
}
