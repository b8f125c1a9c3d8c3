package io.jenkins.plugins.llmos.engine.registry;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

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
}
