package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A new key, in credentials, that builds try to print. */
final class PrintedKey {
    /** The credentials that have it. */
    static final String ID = "model-key";

    private static final String[] LABELS = {"shell:", "base64:", "lines:"};

    private final String key = EncryptionKey.generate();

    /** The part of the keyset that is secret. */
    String secret() {
        return key.replaceAll("(?s).*\"value\":\\s*\"([^\"]{20,})\".*", "$1");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts it into the credentials of a Jenkins. */
    void store(JenkinsServer jenkins) throws Exception {
        jenkins.script("""
                import com.cloudbees.plugins.credentials.*
                import com.cloudbees.plugins.credentials.domains.Domain
                import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl
                SystemCredentialsProvider.instance.store.addCredentials(Domain.global(),
                    new StringCredentialsImpl(CredentialsScope.GLOBAL, '%s', '',
                        hudson.util.Secret.fromString(new String('%s'.decodeBase64(), 'UTF-8'))))
                """.formatted(ID, base64(key)));
    }

    /** Commands of a shell that print it in several ways, leaving it in {@code key.txt} meanwhile, from a text turned around. */
    String shell() {
        return "set +x; echo " + new StringBuilder(base64(key)).reverse() + " | rev | base64 -d > key.txt;"
                + " echo shell:; cat key.txt; echo; echo base64:; base64 -w0 key.txt; echo; echo lines:; base64 key.txt";
    }

    /** Steps of a Pipeline that print it from the agent and from the controller. */
    String steps() {
        return """
                sh '%s'
                echo "given: ${readFile('key.txt')}"
                sh 'rm key.txt'
                """.formatted(shell());
    }

    /** Checks that a log has what these commands print besides, and nothing of the key. */
    void assertHidden(String log) {
        String text = base64(key);
        String hidden = base64(secret());
        assertFalse(log.contains(secret()), log);
        for (int at = 0; at + 20 <= hidden.length(); at += 10) {
            assertFalse(log.contains(hidden.substring(at, at + 20)), log);
        }
        assertFalse(log.contains(text.substring(text.length() / 2, text.length() / 2 + 60)), log);
        for (String label : LABELS) {
            assertTrue(log.contains(label), log);
        }
        assertTrue(log.split("\\*{4}", -1).length > 3, log);
    }
}
