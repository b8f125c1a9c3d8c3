package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Folders with the files of a model that nobody computes with. */
final class ModelFolders {
    private ModelFolders() {}

    /**
     * Writes one.
     *
     * @param parameters what stands for its parameters
     * @param card parts of its card besides those that each has
     */
    static Path write(Path folder, String parameters, Map<String, ?> card) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("model.safetensors"), parameters);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", 1);
        all.put("training", "made by hand");
        all.put("spec", Map.of());
        all.put("schema", Map.of("features", List.of(), "labels", List.of(), "vocabulary", List.of()));
        all.put("fingerprint", "of the data");
        all.put("files", Map.of("model.safetensors", Hashes.sha256(parameters.getBytes(StandardCharsets.UTF_8))));
        all.putAll(card);
        Files.writeString(folder.resolve("model.json"), Json.pretty(all));
        return folder;
    }
}
