package io.jenkins.plugins.llmos.engine.privacy.encryption;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.access.Use;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code llmosPrivatize(encrypt: …)}, {@code (decrypt: …)} or {@code (rotate: …)} asks for. The host finds the files
 * and the keys.
 *
 * @param action what to do
 * @param pattern of the files, as Ant's
 * @param excludes pattern of files to leave out, or null
 * @param key where the key is, in the host's way
 * @param newKey where the key is that takes its place; null unless rotating
 * @param output folder for the results, null for the files' places
 * @param sensitivity of what is encrypted
 * @param job that must have encrypted what is decrypted, null for any
 * @param build likewise
 */
public record EncryptionRequest(
        Action action,
        String pattern,
        String excludes,
        String key,
        String newKey,
        String output,
        Sensitivity sensitivity,
        String job,
        String build) {
    /** What to do with files. */
    public enum Action {
        ENCRYPT(Use.ENCRYPT, "Encrypted"),
        DECRYPT(Use.READ, "Decrypted"),
        ROTATE(Use.READ, "Gave another key to");

        private final Use use;
        private final String done;

        Action(Use use, String done) {
            this.use = use;
            this.done = done;
        }

        /** The name of the argument that asks for it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public Use use() {
            return use;
        }
    }

    /** Whether arguments of {@code llmosPrivatize} ask for this. */
    public static boolean isAskedFor(Map<String, ?> arguments) {
        return Arrays.stream(Action.values()).anyMatch(a -> arguments.get(a.text()) != null);
    }

    /**
     * Reads the arguments of the step.
     *
     * @throws InvalidInputException if one is unknown, missing or does not go with the others
     */
    public static EncryptionRequest from(Map<String, ?> arguments) {
        Arguments a = new Arguments("llmosPrivatize", arguments);
        List<Action> asked =
                Arrays.stream(Action.values()).filter(x -> a.has(x.text())).toList();
        if (asked.size() != 1) {
            throw new InvalidInputException(
                    "llmosPrivatize does one thing at a time: give one of the arguments 'encrypt',"
                            + " 'decrypt' and 'rotate', not " + asked.size() + " of them.");
        }
        Action action = asked.get(0);
        String pattern = a.requiredText(action.text(), "'model/**'");
        String key = a.requiredText("key", "'model-key'");
        boolean rotates = action == Action.ROTATE;
        boolean encrypts = action == Action.ENCRYPT;
        EncryptionRequest request = new EncryptionRequest(
                action,
                pattern,
                a.text("excludes").orElse(null),
                key,
                rotates ? a.requiredText("newKey", "'next-model-key'") : null,
                rotates ? null : a.text("output").filter(o -> !o.isBlank()).orElse(null),
                encrypts
                        ? Sensitivity.of(a.choice("sensitivity", Sensitivity.INTERNAL.text(), Sensitivity.NAMES))
                        : Sensitivity.INTERNAL,
                action == Action.DECRYPT ? a.text("job").orElse(null) : null,
                action == Action.DECRYPT ? a.text("build").orElse(null) : null);
        a.refuseUnknown();
        return request;
    }

    /**
     * Does it.
     *
     * @param root folder that the pattern starts from
     * @param files that match, relative to it
     * @param with the key
     * @param next the key that takes its place; null unless rotating
     * @param origin who asks
     * @return a sentence for the log
     * @throws InvalidInputException if it cannot be done; then every file is as it was
     */
    public String run(Path root, List<Path> files, EncryptionKey with, EncryptionKey next, Origin origin) {
        Encryption.Selection selection = new Encryption.Selection(
                root,
                pattern,
                files,
                output == null ? null : root.resolve(output).normalize());
        Vault vault = new Vault(with, origin, sensitivity);
        int count =
                switch (action) {
                    case ENCRYPT -> Encryption.encrypt(selection, vault);
                    case DECRYPT -> Encryption.decrypt(selection, vault, job, build);
                    case ROTATE -> Encryption.rotate(selection, vault, next);
                };
        return action.done + " " + count + (count == 1 ? " file" : " files") + " of '" + pattern + "' with the "
                + (rotates() ? next : with);
    }

    private boolean rotates() {
        return action == Action.ROTATE;
    }

    /** What the audit log is to say besides who, what and where. */
    public Map<String, String> auditDetails(EncryptionKey with, EncryptionKey next, Sensitivity found) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("key", with.id());
        details.put("sensitivity", found.text());
        if (next != null) {
            details.put("newKey", next.id());
        }
        return details;
    }
}
