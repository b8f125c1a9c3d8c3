package io.jenkins.plugins.llmos.engine.privacy.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Keys in text that people see. */
class KeyMaskTest {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** A keyset's text, and the bytes of its key, which end what its value holds. */
    private static final String KEYSET = EncryptionKey.generate();

    private static final byte[] KEY = key();

    private static byte[] key() {
        byte[] value = Base64.getDecoder().decode(KEYSET.replaceAll("(?s).*\"value\":\\s*\"([^\"]*)\".*", "$1"));
        return Arrays.copyOfRange(value, value.length - 32, value.length);
    }

    private static KeyMask mask() {
        KeyMask mask = new KeyMask();
        mask.add(EncryptionKey.parse(KEYSET, "the test"));
        return mask;
    }

    private static void assertHidden(String text) {
        String masked = mask().apply("before " + text + " after");
        assertTrue(masked.startsWith("before ") && masked.endsWith(" after") && masked.contains("****"), masked);
        int shown = 0;
        for (String word : masked.substring(7, masked.length() - 6).split("[^A-Za-z0-9+/_-]+", -1)) {
            shown = Math.max(shown, text.contains(word) ? word.length() : 0);
        }
        // The edges of a form may hold bits of other bytes, which no part can be made of beforehand.
        assertTrue(shown < 12, masked);
    }

    @Test
    void keysAreHiddenHoweverTheyAreWritten() {
        String base64 = BASE64.encodeToString(KEY);
        String hex = HexFormat.of().formatHex(KEY);
        for (String form : new String[] {
            base64,
            base64.replace('+', '-').replace('/', '_'),
            hex,
            hex.toUpperCase(Locale.ROOT),
            base64.substring(9, 30),
            BASE64.encodeToString(base64.getBytes(StandardCharsets.US_ASCII))
        }) {
            KeyMask mask = new KeyMask();
            mask.add(EncryptionKey.parse(base64, "the test"));
            assertFalse(mask.apply(form).contains(form.substring(2, form.length() - 4)), form);
        }
        assertHidden(hex);
        assertHidden(base64);
        String masked = mask().apply(KEYSET);
        assertTrue(masked.contains("\"value\":\"****"), masked);
        assertTrue(masked.contains("AesGcmKey") && masked.contains("\"keyId\":"), masked);
    }

    /** As {@code base64} on the command line writes it, in lines, after any other bytes. */
    @Property(tries = 50)
    void keysInBase64AreHidden(@ForAll @IntRange(min = 0, max = 100) int before) {
        String text = "x".repeat(before) + KEYSET;
        KeyMask mask = mask();
        int hidden = 0;
        for (String line : Base64.getMimeEncoder()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8))
                .split("\r\n", -1)) {
            String masked = mask.apply(line);
            hidden += line.length() - masked.replace("****", "").length();
        }
        String value = KEYSET.replaceAll("(?s).*\"value\":\\s*\"([^\"=]*).*", "$1");
        // Of a line that has less than a part of it nothing is known, and the characters at its edges hold other bits
        // too.
        assertTrue(hidden > value.length() * 8 / 6 - 12 - 3, hidden + " of " + value.length() * 8 / 6);
    }

    @Test
    void otherTextIsLeftAlone() {
        String text = "commit 3f786850e387550fdab836ed7e6dc881de23001b, " + EncryptionKey.generate();
        assertEquals(text, mask().apply(text));
        assertEquals(text, new KeyMask().apply(text));
    }

    @Test
    void keysOfNamedVariablesAreHidden() {
        KeyMask mask = new KeyMask();
        mask.addNamed(Map.of("LLMOS_KEY_MODEL", KEYSET, "OTHER", "y".repeat(50)));
        assertFalse(mask.apply(KEYSET).contains(KEYSET.replaceAll("(?s).*\"value\":\\s*\"([^\"]*)\".*", "$1")));
        assertEquals("y".repeat(50), mask.apply("y".repeat(50)));
    }
}
