package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.StageHistory.How;
import io.jenkins.plugins.llmos.engine.registry.StageHistory.Move;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.FileLocks;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A folder of models: {@code NAME/versions/NUMBER/version.json} with the files beside it in {@code model/}, and {@code
 * NAME/STAGE.json} with the moves of each stage. A version is written beside and renamed, a stage's file likewise, so both
 * are whole at any time; one process or thread at a time changes a name.
 */
public final class ModelRegistry {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

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
        return VersionFolders.list(folder).stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> folders(n).exist())
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
        return folders(name).all();
    }

    private VersionFolders folders(String name) {
        return new VersionFolders(folder.resolve(name).resolve("versions"));
    }

    private void requireKnown(String name) {
        ModelReference.requireName(name);
        if (!folders(name).exist()) {
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
        List<Integer> numbers = folders(name).numbers();
        if (!numbers.contains(number)) {
            throw new InvalidInputException("The model '" + name + "' has no version " + number + ". There are: "
                    + numbers.stream()
                            .map(String::valueOf)
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("none") + ".");
        }
        return folders(name).get(number);
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
        Path model = folders(version.name()).model(version.number());
        try {
            version.requireFiles(
                    Files.isDirectory(model) ? ModelFiles.hashes(model) : new TreeMap<>(), model.toString());
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    "The files of " + version.reference() + " in " + model + " cannot be read: " + e.getMessage() + ".",
                    e);
        }
        return model;
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
        VersionFolders folders = folders(name);
        Path beside = null;
        try {
            beside = folders.prepare();
            if (from != null) {
                VersionFolders.copy(files, from, beside);
            }
            FileLocks.Held lock = lock(name);
            try {
                folders.removeLeftovers(beside);
                List<ModelVersion> versions = folders.all();
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
                folders.put(beside, made);
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
            VersionFolders.removeQuietly(beside);
        }
    }

    /** The reference of a version with these parameters, of this name if there is one, otherwise of any. */
    private Optional<String> withParameters(String sha256, String name) {
        List<String> names = new ArrayList<>(names());
        names.sort(Comparator.comparing((String n) -> !n.equals(name)));
        return names.stream()
                .flatMap(n -> folders(n).all().stream())
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
}
