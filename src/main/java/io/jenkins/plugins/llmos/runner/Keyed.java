package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyReference;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a command reads models and data: as they are, or with a key.
 *
 * @param models how models are read, which are encrypted if there is a key
 */
record Keyed(FileAccess models) {
    /**
     * With the key of an option.
     *
     * @param key {@code file:PATH} or {@code env:NAME}, null for none
     * @param command that uses it
     */
    static Keyed with(String key, String command) {
        return new Keyed(
                key == null
                        ? FileAccess.PLAIN
                        : new Vault(
                                KeyReference.read(key, Path.of("").toAbsolutePath(), System.getenv()),
                                new Origin(command, ""),
                                Sensitivity.INTERNAL));
    }

    /** How a data file is read, which may be encrypted or not. */
    FileAccess data(Path file) throws IOException {
        return models.encrypts() && Files.isRegularFile(file) && Vault.isEncrypted(file) ? models : FileAccess.PLAIN;
    }
}
