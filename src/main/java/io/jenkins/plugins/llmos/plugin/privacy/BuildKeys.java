package io.jenkins.plugins.llmos.plugin.privacy;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** Keys in Jenkins' credentials: secret texts and secret files. */
final class BuildKeys {
    private static final int MOST = 1 << 16;

    private BuildKeys() {}

    /** A key that the build uses and whose text its log hides from now on. */
    static EncryptionKey use(String id, Run<?, ?> run) throws AbortException {
        EncryptionKey key = find(id, run);
        MaskedKeys.add(key, id, run);
        return key;
    }

    static EncryptionKey find(String id, Run<?, ?> run) throws AbortException {
        if (id.startsWith("file:") || id.startsWith("env:")) {
            throw new AbortException("In Jenkins the argument 'key' is the identifier of credentials of the kind"
                    + " 'Secret text' or 'Secret file', but it is '" + id
                    + "'. Keys from files and environment variables are for the embedded runner.");
        }
        try {
            return findCredentials(id, run);
        } catch (NoClassDefFoundError e) {
            throw new AbortException(
                    "Keys are in Jenkins' credentials, and this Jenkins lacks the plugin Plain Credentials."
                            + " Let an administrator install it.");
        }
    }

    private static EncryptionKey findCredentials(String id, Run<?, ?> run) throws AbortException {
        StandardCredentials found =
                CredentialsProvider.findCredentialById(id, StandardCredentials.class, run, List.of());
        if (found == null) {
            throw new AbortException("There are no credentials '" + id + "' that this build may use. Add the key as"
                    + " credentials of the kind 'Secret text' or 'Secret file' under this identifier, where the job sees"
                    + " them.");
        }
        CredentialsProvider.track(run, found);
        try {
            return EncryptionKey.parse(text(id, found), "the credentials '" + id + "'");
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private static String text(String id, StandardCredentials credentials) throws AbortException {
        if (credentials instanceof StringCredentials secret) {
            return secret.getSecret().getPlainText();
        }
        if (credentials instanceof FileCredentials file) {
            try (InputStream in = file.getContent()) {
                return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new AbortException("The credentials '" + id + "' cannot be read: " + e.getMessage() + ".");
            }
        }
        throw new AbortException("The credentials '" + id + "' are of another kind than a key. Store the key as"
                + " credentials of the kind 'Secret text' or 'Secret file'.");
    }
}
