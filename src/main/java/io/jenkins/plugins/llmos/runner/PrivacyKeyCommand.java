package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyReference;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llmos privacy key}: keys that encrypt data, models and checkpoints. */
@Command(name = "key", mixinStandardHelpOptions = true, description = "Make a key that encrypts data and models.")
final class PrivacyKeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "llmos privacy key needs to know what to do: new or show.");
    }

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = {
                "Write a new random key into a new file that its owner alone may read.",
                "Keep a copy in a safe place: without it nobody can read what it encrypted."
            })
    int create(@Parameters(paramLabel = "FILE", description = "A file that does not exist yet.") Path file) {
        return print("Wrote " + file + ", the ", KeyReference.create(file));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Print the identifier of a key, which headers, logs and errors call it by.")
    int show(@Parameters(paramLabel = "KEY", description = "file:PATH or env:NAME.") String key) {
        return print("", KeyReference.read(key, Path.of("").toAbsolutePath(), System.getenv()));
    }

    private int print(String before, EncryptionKey key) {
        spec.commandLine().getOut().println(before + key);
        spec.commandLine().getOut().flush();
        return Main.SUCCESS;
    }
}
