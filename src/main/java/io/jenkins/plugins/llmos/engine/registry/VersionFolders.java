package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.util.DurableChannel;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The versions of one model on disk: {@code NUMBER/version.json} with the files beside it in {@code model/}. A version is
 * written into a folder of its own and then renamed, so it is whole or absent. Whoever puts one in place holds the model's
 * lock.
 *
 * @param folder of the versions; need not exist
 */
record VersionFolders(Path folder) {
    private static final String VERSION = "version.json";
    private static final String MODEL = "model";
    private static final String NEW = ".new-";
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    boolean exist() {
        return Files.isDirectory(folder);
    }

    /** Numbers of all versions, the smallest first. */
    List<Integer> numbers() {
        return list(folder).stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> n.matches("[1-9][0-9]{0,6}"))
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    /**
     * All versions, oldest first.
     *
     * @throws InvalidInputException if one's file is damaged
     */
    List<ModelVersion> all() {
        return numbers().stream().map(this::get).toList();
    }

    /**
     * One version.
     *
     * @throws InvalidInputException if its file is missing or damaged
     */
    ModelVersion get(int number) {
        return Json.read("The registered version", path(number).resolve(VERSION), ModelVersion.class);
    }

    private Path path(int number) {
        return folder.resolve(Integer.toString(number));
    }

    /** Where the files of a version are, if the registry keeps them. */
    Path model(int number) {
        return path(number).resolve(MODEL);
    }

    /** A new folder to prepare a version in. */
    Path prepare() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempDirectory(folder, NEW);
    }

    /**
     * Copies a model's files into a prepared version.
     *
     * @throws InvalidInputException if one was changed since it was read
     */
    static void copy(ModelFiles files, Path from, Path prepared) throws IOException {
        for (Map.Entry<String, String> file : files.files().entrySet()) {
            Path copy = prepared.resolve(MODEL).resolve(file.getKey());
            Files.createDirectories(copy.getParent());
            try (InputStream in = Files.newInputStream(from.resolve(file.getKey()));
                    OutputStream out = Channels.newOutputStream(new DurableChannel(copy))) {
                in.transferTo(out);
            }
            if (!Hashes.sha256(copy).equals(file.getValue())) {
                throw new InvalidInputException("The file " + from.resolve(file.getKey())
                        + " was changed while it was registered, so nothing was. Wait until the training has ended.");
            }
            var unused = copy.toFile().setReadOnly();
        }
    }

    /** Puts a prepared version in place. */
    void put(Path prepared, ModelVersion version) throws IOException {
        Path file = prepared.resolve(VERSION);
        FileAccess.PLAIN.writeText(file, VERSION, Json.pretty(version));
        var unused = file.toFile().setReadOnly();
        Files.move(prepared, path(version.number()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what was left when a process died, long ago enough that no process still writes it. */
    void removeLeftovers(Path own) {
        for (Path old : list(folder)) {
            try {
                if (old.getFileName().toString().startsWith(NEW)
                        && !old.equals(own)
                        && Files.getLastModifiedTime(old)
                                .toInstant()
                                .isBefore(Instant.now().minus(LEFT_OVER))) {
                    removeQuietly(old);
                }
            } catch (IOException e) {
                // Another process has removed it.
            }
        }
    }

    /** Removes a folder, if there is one; what cannot be removed goes with the leftovers of a later registration. */
    static void removeQuietly(Path folder) {
        try {
            if (folder != null) {
                ModelFolder.delete(folder);
            }
        } catch (IOException e) {
            // See above.
        }
    }

    /** What is in a folder, nothing if there is none. */
    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new InvalidInputException("The registry cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
