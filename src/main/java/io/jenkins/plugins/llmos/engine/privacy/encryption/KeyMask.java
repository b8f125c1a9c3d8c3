package io.jenkins.plugins.llmos.engine.privacy.encryption;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Hides keys in text that people see, such as a build's log: as they are given, in base64 once more, in hexadecimal, and each
 * part of these of 12 characters or more, so that a key that is cut or broken into lines is no exception. Safe for use by many
 * threads.
 */
public final class KeyMask implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final String STARS = "****";
    /** Characters that are known again; of base64 they are 72 bits, which no other text has by chance. */
    private static final int PART = 12;

    /** What is secret in the text of a key: 32 bytes in base64, or the like within a keyset. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9+/_-]{40,}");

    /** Where a secret could be, in any of its forms. */
    private static final Pattern CANDIDATE = Pattern.compile("[A-Za-z0-9+/_-]{" + PART + ",}");

    /** A map, since Jenkins lets no set of many threads through to agents. */
    private final ConcurrentHashMap<String, Boolean> parts = new ConcurrentHashMap<>();

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
        for (MatchResult found : (Iterable<MatchResult>) SECRET.matcher(text).results()::iterator) {
            for (String form : forms(found.group())) {
                for (int at = 0; at + PART <= form.length(); at++) {
                    parts.put(form.substring(at, at + PART), true);
                }
            }
        }
    }

    private static List<String> forms(String secret) {
        List<String> forms = new ArrayList<>(List.of(secret));
        forms.addAll(encoded(secret.getBytes(StandardCharsets.US_ASCII)));
        try {
            String whole = secret.replace('-', '+').replace('_', '/');
            // Of a piece whose end is missing, what stands for whole bytes.
            byte[] bytes = Base64.getDecoder().decode(whole.substring(0, whole.length() / 4 * 4));
            String hex = HexFormat.of().formatHex(bytes);
            forms.add(hex);
            forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
            forms.addAll(encoded(bytes));
            forms.addAll(encoded(hex.getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            // It is no base64, and has no other forms.
        }
        for (String form : List.copyOf(forms)) {
            forms.add(form.replace('+', '-').replace('/', '_'));
            forms.add(form.replace('-', '+').replace('_', '/'));
        }
        return forms;
    }

    /** What of bytes in base64 does not depend on those around them, for each place that they may begin at in a group of three. */
    private static List<String> encoded(byte[] bytes) {
        List<String> all = new ArrayList<>();
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            all.add(text.substring((before * 8 + 5) / 6, shifted.length * 8 / 6));
        }
        return all;
    }

    /** The text with every key that is known in it replaced by asterisks. */
    public String apply(String text) {
        if (parts.isEmpty()) {
            return text;
        }
        boolean[] hidden = null;
        for (MatchResult candidate :
                (Iterable<MatchResult>) CANDIDATE.matcher(text).results()::iterator) {
            for (int at = candidate.start(); at + PART <= candidate.end(); at++) {
                if (parts.containsKey(text.substring(at, at + PART))) {
                    hidden = hidden == null ? new boolean[text.length()] : hidden;
                    Arrays.fill(hidden, at, at + PART, true);
                }
            }
        }
        return hidden == null ? text : masked(text, hidden);
    }

    private static String masked(String text, boolean[] hidden) {
        StringBuilder masked = new StringBuilder();
        for (int i = 0; i < hidden.length; i++) {
            if (!hidden[i]) {
                masked.append(text.charAt(i));
            } else if (i == 0 || !hidden[i - 1]) {
                masked.append(STARS);
            }
        }
        return masked.toString();
    }
}
