package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a model on disk and what its card says.
 *
 * @param files SHA-256, as the files are stored, by path within the folder, sorted; parts of a path are separated by /
 * @param card the text of {@code model.json}, null for a checkpoint from elsewhere
 */
public record ModelFiles(TreeMap<String, String> files, String card) implements Serializable {
    private static final long serialVersionUID = 1L;

    public ModelFiles {
        files = new TreeMap<>(files);
    }

    /**
     * Reads a model's folder and checks that its files are those that its training wrote.
     *
     * @param access how its files are read
     * @throws InvalidInputException if the folder holds no model, or a damaged one
     */
    public static ModelFiles read(FileAccess access, Path folder) {
        String card = ModelFolder.check(access, folder);
        try {
            return new ModelFiles(hashes(folder), card);
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException("The model in " + folder + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** SHA-256 of all files of a folder by path. */
    static TreeMap<String, String> hashes(Path folder) throws IOException {
        TreeMap<String, String> hashes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                hashes.put(folder.relativize(file).toString().replace('\\', '/'), Hashes.sha256(file));
            }
        }
        return hashes;
    }

    /** Identity of the model's content: SHA-256 of what {@code sha256sum} prints of its files, sorted by path. */
    public String hash() {
        return hash(files);
    }

    static String hash(Map<String, String> files) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(files)
                .forEach((path, sha) ->
                        lines.append(sha).append("  ").append(path).append('\n'));
        return Hashes.sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
