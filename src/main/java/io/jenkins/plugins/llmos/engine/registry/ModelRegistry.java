package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.StageHistory.How;
import io.jenkins.plugins.llmos.engine.registry.StageHistory.Move;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.util.DurableChannel;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.FileLocks;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder of models: {@code NAME/versions/NUMBER/version.json} with the files beside it in {@code model/}, and {@code
 * NAME/STAGE.json} with the moves of each stage. A version is written beside and renamed, a stage's file likewise, so both
 * are whole at any time; one process or thread at a time changes a name.
 */
public final class ModelRegistry {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String VERSION = "version.json";
    private static final String MODEL = "model";
    private static final String NEW = ".new-";

    private final Path folder;

    /** @param folder need not exist; it is made when the first model is registered */
    public ModelRegistry(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path folder() {
        return folder;
    }

    /** The names of all models, sorted. */
    public List<String> names() {
        return list(folder).stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> Files.isDirectory(folder.resolve(n).resolve("versions")))
                .sorted()
                .toList();
    }

    /**
     * The versions of a model, oldest first.
     *
     * @throws InvalidInputException if there is no such model, or a version's file is damaged
     */
    public List<ModelVersion> versions(String name) {
        requireKnown(name);
        return known(name);
    }

    private List<ModelVersion> known(String name) {
        return numbers(name).stream()
                .map(n -> Json.read("The registered version", version(name, n).resolve(VERSION), ModelVersion.class))
                .toList();
    }

    private List<Integer> numbers(String name) {
        return list(folder.resolve(name).resolve("versions")).stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> n.matches("[1-9][0-9]{0,6}"))
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    private Path version(String name, int number) {
        return folder.resolve(name).resolve("versions").resolve(Integer.toString(number));
    }

    private void requireKnown(String name) {
        ModelReference.requireName(name);
        if (!Files.isDirectory(folder.resolve(name).resolve("versions"))) {
            List<String> names = names();
            throw new InvalidInputException("The registry " + folder + " has no model '" + name + "'. "
                    + (names.isEmpty() ? "It is empty: llmosDeploy fills it." : Suggestions.sentence(name, names)));
        }
    }

    /** Where a stage of a model points and pointed. */
    public StageHistory history(String name, Stage stage) {
        Path file = stageFile(name, stage);
        return Files.exists(file) ? Json.read("The stage's file", file, StageHistory.class) : StageHistory.EMPTY;
    }

    private Path stageFile(String name, Stage stage) {
        return folder.resolve(name).resolve(stage.text() + ".json");
    }

    /**
     * The version that a reference names.
     *
     * @throws InvalidInputException if there is none, or several that begin with the same digits
     */
    public ModelVersion find(ModelReference reference) {
        List<ModelVersion> versions = versions(reference.name());
        if (reference.isStage()) {
            Stage stage = Stage.of(reference.which());
            OptionalInt current = history(reference.name(), stage).current();
            if (current.isEmpty()) {
                throw new InvalidInputException(
                        "No version of '" + reference.name() + "' is in " + stage.text() + ". Deploy one: "
                                + "llmosDeploy(model: '" + reference.name() + "@"
                                + versions.get(versions.size() - 1).number() + "', name: '" + reference.name()
                                + "', stage: '" + stage.text() + "').");
            }
            return numbered(reference.name(), current.getAsInt());
        }
        if (reference.isNumber()) {
            return numbered(reference.name(), Integer.parseInt(reference.which()));
        }
        List<ModelVersion> found = versions.stream()
                .filter(v -> v.hash().startsWith(reference.which()))
                .toList();
        if (found.size() != 1) {
            throw new InvalidInputException((found.isEmpty() ? "No version" : "More than one version") + " of '"
                    + reference.name() + "' has a hash that begins with " + reference.which() + ".");
        }
        return found.get(0);
    }

    private ModelVersion numbered(String name, int number) {
        List<Integer> numbers = numbers(name);
        if (!numbers.contains(number)) {
            throw new InvalidInputException("The model '" + name + "' has no version " + number + ". There are: "
                    + numbers.stream()
                            .map(String::valueOf)
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("none") + ".");
        }
        return Json.read("The registered version", version(name, number).resolve(VERSION), ModelVersion.class);
    }

    /**
     * The folder of a version's files, after it was checked that they are those that were registered.
     *
     * @throws InvalidInputException if one was changed, added or removed, or the registry does not keep this version's files
     */
    public Path open(ModelVersion version) {
        if (!version.location().isEmpty()) {
            throw new InvalidInputException("The files of " + version.reference() + " are not in the registry " + folder
                    + " but in " + version.location() + ".");
        }
        Path model = version(version.name(), version.number()).resolve(MODEL);
        try {
            requireSame(
                    version, Files.isDirectory(model) ? ModelFiles.hashes(model) : new TreeMap<>(), model.toString());
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    "The files of " + version.reference() + " in " + model + " cannot be read: " + e.getMessage() + ".",
                    e);
        }
        return model;
    }

    /**
     * Refuses files that are not those that were registered.
     *
     * @param found SHA-256 by path
     * @param where they are, for the message
     * @throws InvalidInputException if they differ
     */
    public static void requireSame(ModelVersion version, Map<String, String> found, String where) {
        String how = null;
        for (String file : union(version.files(), found)) {
            if (!found.containsKey(file)) {
                how = file + " is missing";
            } else if (!version.files().containsKey(file)) {
                how = file + " was not there when it was registered";
            } else if (!found.get(file).equals(version.files().get(file))) {
                how = file + " was changed";
            } else {
                continue;
            }
            break;
        }
        if (how == null && !ModelFiles.hash(version.files()).equals(version.hash())) {
            how = VERSION + " was changed";
        }
        if (how != null) {
            throw new InvalidInputException("The version " + version.reference() + " in " + where
                    + " is not what was registered: " + how
                    + ". Put the files back from a copy, or roll the stage back to another version.");
        }
    }

    private static Set<String> union(Map<String, String> one, Map<String, String> other) {
        Set<String> all = new TreeSet<>(one.keySet());
        all.addAll(other.keySet());
        return all;
    }

    /**
     * Registers a version. The same files under the same name are the version that they already are.
     *
     * @param files as they were read from {@code from}
     * @param from folder to copy them from; null if the registry is not to keep them
     * @param build that registers it
     * @param location where the files are if the registry does not keep them, otherwise empty
     * @throws InvalidInputException if a file was changed since it was read, or the registry cannot be written; nothing of
     *     it is then left
     */
    public ModelVersion add(String name, ModelFiles files, Path from, String build, String location) {
        ModelReference.requireName(name);
        Path own = folder.resolve(name);
        Path beside = null;
        try {
            Files.createDirectories(own.resolve("versions"));
            beside = Files.createTempDirectory(own.resolve("versions"), NEW);
            if (from != null) {
                copy(files, from, beside.resolve(MODEL));
            }
            FileLocks.Held lock = lock(name);
            try {
                removeLeftovers(own.resolve("versions"), beside);
                List<ModelVersion> versions = known(name);
                for (ModelVersion v : versions) {
                    if (v.hash().equals(files.hash())) {
                        return v;
                    }
                }
                int number = versions.isEmpty()
                        ? 1
                        : versions.get(versions.size() - 1).number() + 1;
                Lineage lineage = Lineage.of(files.card(), parameters -> withParameters(parameters, name));
                ModelVersion made = new ModelVersion(
                        ModelVersion.FORMAT,
                        name,
                        number,
                        files.hash(),
                        Instant.now(),
                        build,
                        lineage.training(),
                        lineage.data(),
                        lineage.parent(),
                        lineage.metrics(),
                        files.files(),
                        location);
                FileAccess.PLAIN.writeText(beside.resolve(VERSION), VERSION, Json.pretty(made));
                var unused = beside.resolve(VERSION).toFile().setReadOnly();
                Files.move(beside, version(name, number), StandardCopyOption.ATOMIC_MOVE);
                return made;
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The model '" + name + "' cannot be registered in " + folder + ": " + e.getMessage()
                            + ". The registry's folder must be writable and have room.",
                    e);
        } finally {
            removeQuietly(beside);
        }
    }

    /** What was left when a process died, long ago enough that no process still writes it. */
    private static void removeLeftovers(Path versions, Path own) {
        for (Path old : list(versions)) {
            try {
                if (old.getFileName().toString().startsWith(NEW)
                        && !old.equals(own)
                        && Files.getLastModifiedTime(old)
                                .toInstant()
                                .isBefore(Instant.now().minus(Duration.ofDays(1)))) {
                    removeQuietly(old);
                }
            } catch (IOException e) {
                // Another process has removed it.
            }
        }
    }

    private static void removeQuietly(Path folder) {
        try {
            if (folder != null) {
                ModelFolder.delete(folder);
            }
        } catch (IOException e) {
            // It is removed with the leftovers of a later registration.
        }
    }

    private static void copy(ModelFiles files, Path from, Path to) throws IOException {
        for (Map.Entry<String, String> file : files.files().entrySet()) {
            Path copy = to.resolve(file.getKey());
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

    /** The reference of a version with these parameters, of this name if there is one, otherwise of any. */
    private Optional<String> withParameters(String sha256, String name) {
        List<String> names = new ArrayList<>(names());
        names.sort(Comparator.comparing((String n) -> !n.equals(name)));
        return names.stream()
                .flatMap(n -> known(n).stream())
                .filter(v -> sha256.equals(v.files().get(GptFiles.PARAMETERS)))
                .map(ModelVersion::reference)
                .findFirst();
    }

    /**
     * Points a stage at a version; if it points there already, nothing changes.
     *
     * @param by build or user
     * @param gate what was checked
     * @throws InvalidInputException if there is no such version
     */
    public void point(ModelVersion version, Stage stage, String by, List<String> gate) {
        numbered(version.name(), version.number());
        FileLocks.Held lock = lock(version.name());
        try {
            StageHistory history = history(version.name(), stage);
            OptionalInt current = history.current();
            if (current.isEmpty() || current.getAsInt() != version.number()) {
                write(version.name(), stage, history, new Move(How.DEPLOY, version.number(), Instant.now(), by, gate));
            }
        } finally {
            lock.close();
        }
    }

    /**
     * Points a stage at the version that it pointed at before its last deployment.
     *
     * @param by build or user
     * @return that version
     * @throws InvalidInputException if there was none before
     */
    public ModelVersion rollBack(String name, Stage stage, String by) {
        requireKnown(name);
        FileLocks.Held lock = lock(name);
        try {
            StageHistory history = history(name, stage);
            int previous = history.previous()
                    .orElseThrow(() -> new InvalidInputException("The stage " + stage.text() + " of '" + name
                            + (history.current().isEmpty()
                                    ? "' points at no version, so there is none to go back to."
                                    : "' has had no version before "
                                            + history.current().getAsInt() + ", so there is none to go back to.")));
            ModelVersion version = numbered(name, previous);
            write(name, stage, history, new Move(How.ROLLBACK, previous, Instant.now(), by, List.of()));
            return version;
        } finally {
            lock.close();
        }
    }

    private void write(String name, Stage stage, StageHistory history, Move move) {
        Path file = stageFile(name, stage);
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            FileAccess.PLAIN.writeText(beside, file.getFileName().toString(), Json.pretty(history.with(move)));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The stage " + stage.text() + " of '" + name + "' cannot be moved: " + e.getMessage() + ".", e);
        }
    }

    private FileLocks.Held lock(String name) {
        return FileLocks.acquire(
                folder.resolve(name).resolve("lock"), "The registry of '" + name + "' in " + folder, PATIENCE);
    }

    private static List<Path> list(Path folder) {
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
