package io.jenkins.plugins.llmos.engine.privacy.encryption;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Hides keys in text that people see, such as a build's log. Safe for use by many threads. */
public final class KeyMask {
    private static final String STARS = "****";

    /** What is secret in the text of a key: 32 bytes in base64, or the like within a keyset. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9+/_-]{40,}");

    /** The longest first, so that none is hidden in part. */
    private final Set<String> secrets = new ConcurrentSkipListSet<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Hides a key from now on. */
    public void add(EncryptionKey key) {
        add(key.secret());
    }

    /** Hides the keys in the environment variables that plain names of keys stand for, as of {@link KeyReference}. */
    public void addNamed(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(KeyReference.VARIABLE)) {
                add(value);
            }
        });
    }

    private void add(String text) {
        secrets.addAll(secretsIn(text));
    }

    private static List<String> secretsIn(String text) {
        return SECRET.matcher(text).results().map(MatchResult::group).toList();
    }

    /** The text with every key that is known in it replaced by asterisks. */
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, STARS);
        }
        return masked;
    }
}
