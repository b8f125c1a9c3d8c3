package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * One version of a model, as it was registered; nothing of it changes afterwards.
 *
 * @param format version of this layout
 * @param name of the model
 * @param number counts the versions of a name, from 1
 * @param hash SHA-256 of {@code files}, see {@link ModelFiles#hash}; the same files are the same version
 * @param created when it was registered
 * @param build that registered it
 * @param training identity of the training that made it, empty for a checkpoint from elsewhere
 * @param data SHA-256 of the data that it was trained on, empty if that is not known
 * @param parent the version that its training went on from, as {@code NAME@NUMBER}, or {@code sha256:} and the hash of its
 *     parameters where it is not registered; empty for none
 * @param metrics of the test, as the model card has them
 * @param files SHA-256 by path within the model's folder
 * @param location where the files are if the registry does not keep them itself, otherwise empty
 */
public record ModelVersion(
        int format,
        String name,
        int number,
        String hash,
        Instant created,
        String build,
        String training,
        String data,
        String parent,
        Map<String, Double> metrics,
        Map<String, String> files,
        String location) {
    static final int FORMAT = 1;

    private static final int SHORT = 12;

    public ModelVersion {
        metrics = new LinkedHashMap<>(metrics);
        files = new LinkedHashMap<>(files);
    }

    /** {@code NAME@NUMBER}. */
    public String reference() {
        return name + "@" + number;
    }

    /** As much of the hash as people read. */
    public String shortHash() {
        return hash.substring(0, SHORT);
    }

    /**
     * Refuses files that are not those that were registered.
     *
     * @param found SHA-256 by path
     * @param where they are, for the message
     * @throws InvalidInputException if they differ
     */
    public void requireFiles(Map<String, String> found, String where) {
        Set<String> all = new TreeSet<>(files.keySet());
        all.addAll(found.keySet());
        String how = all.stream()
                .filter(file -> !Objects.equals(found.get(file), files.get(file)))
                .findFirst()
                .map(file -> !found.containsKey(file)
                        ? file + " is missing"
                        : file + (files.containsKey(file) ? " was changed" : " was not there when it was registered"))
                .orElse(ModelFiles.hash(files).equals(hash) ? null : "version.json was changed");
        if (how != null) {
            throw new InvalidInputException("The version " + reference() + " in " + where
                    + " is not what was registered: " + how
                    + ". Put the files back from a copy, or roll the stage back to another version.");
        }
    }
}
