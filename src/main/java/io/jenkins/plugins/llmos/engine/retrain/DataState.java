package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.DataFiles;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.DataProfiler;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Data as they are now.
 *
 * @param fingerprint SHA-256, in hex, of the file, as a training computes it; of several files one over all of theirs
 * @param profile of all rows; null if it was not made
 * @param later of those rows that come after as many as the model was trained on; null if it was not made
 * @param comparable whether the fingerprint would be that of the model if they were the data it was trained on: not of
 *     encrypted data, whose bytes differ each time, nor of several files
 * @param withheld why there is no profile, a clause; empty if there is one
 */
public record DataState(
        String fingerprint, boolean comparable, DataProfile profile, DataProfile later, String withheld) {
    /**
     * Reads data files.
     *
     * @param files in their order, at least one
     * @param labels IDX labels of IDX images, null where there are none
     * @param schema of the model, which says how to read them; null if they need not be read
     * @param baseline the model
     * @throws InvalidInputException if a file cannot be read
     */
    public static DataState read(List<Path> files, Path labels, FeatureSchema schema, Baseline baseline) {
        String fingerprint = fingerprint(files, labels);
        boolean comparable = files.size() == 1 && (schema == null || !schema.isImage() || labels != null);
        for (Path file : files) {
            try {
                if (Vault.isEncrypted(file)) {
                    return new DataState(fingerprint, false, null, null, "the data are encrypted");
                }
            } catch (IOException e) {
                throw DataFiles.unreadable(file, e, "");
            }
        }
        if (baseline == null || schema == null) {
            return new DataState(fingerprint, comparable, null, null, "there is no model yet to compare the data with");
        }
        if (baseline.profile() == null) {
            return new DataState(fingerprint, comparable, null, null, baseline.withheld());
        }
        DataProfiler profiler = new DataProfiler(schema, baseline.rows());
        files.forEach(f -> profiler.add(FileAccess.PLAIN, f, labels));
        return new DataState(fingerprint, comparable, profiler.all(), profiler.later(), "");
    }

    /**
     * The fingerprint of files as they are stored.
     *
     * @throws InvalidInputException if one cannot be read
     */
    public static String fingerprint(List<Path> files, Path labels) {
        if (files.size() == 1) {
            return labels == null
                    ? DataFiles.sha256(FileAccess.PLAIN, files.get(0))
                    : DataFiles.sha256(FileAccess.PLAIN, files.get(0), labels);
        }
        StringBuilder all = new StringBuilder();
        files.forEach(f -> all.append(DataFiles.sha256(FileAccess.PLAIN, f)).append('\n'));
        return Hashes.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What tells without reading them whether files have changed: their names, sizes and times.
     *
     * @throws InvalidInputException if one is not there
     */
    public static String listing(List<Path> files) {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            try {
                all.append(file)
                        .append('\0')
                        .append(Files.size(file))
                        .append('\0')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            } catch (IOException e) {
                throw DataFiles.unreadable(file, e, "");
            }
        }
        return Hashes.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }
}
