package io.jenkins.plugins.llmos.engine.privacy.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionKeyTest {
    private static final String BASE64 = Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    private Path folder;

    private static String refusal(String text) {
        String message = assertThrows(InvalidInputException.class, () -> EncryptionKey.parse(text, "the test"))
                .getMessage();
        assertTrue(message.startsWith("The key from the test "), message);
        assertTrue(text.length() < 8 || !message.contains(text.strip()), "the message quotes the key");
        return message;
    }

    @Test
    void badKeysAreToldApart() throws GeneralSecurityException {
        assertTrue(refusal(" \n").contains("is empty"));
        assertTrue(refusal("pässwörd pässwörd").contains("neither JSON nor base64"));
        assertTrue(refusal(BASE64.substring(0, 20)).contains("has 15 bytes instead of 32"));
        assertTrue(refusal("-----BEGIN PRIVATE KEY-----\nabc").contains("PEM"));
        assertTrue(refusal("{\"type\": \"service_account\"}").contains("no Tink keyset"));
        String other = TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(PredefinedAeadParameters.AES128_GCM), InsecureSecretKeyAccess.get());
        assertTrue(refusal(other).contains("of another kind than AES256_GCM"));
    }

    @Test
    void aKeyIsWhatItWasHoweverItIsWritten() {
        EncryptionKey key = EncryptionKey.parse(BASE64, "the test");
        assertEquals(
                key.id(), EncryptionKey.parse(" " + BASE64 + "\n", "the test").id());
        assertEquals(key.id(), EncryptionKey.parse(key.secret(), "the test").id());
        assertNotEquals(
                key.id(),
                EncryptionKey.parse(EncryptionKey.generate(), "the test").id());
        assertFalse(key.toString().contains(BASE64));
    }

    @Test
    void aNewKeyIsItsOwnersAndReplacesNothing() throws IOException {
        Path file = folder.resolve("key");
        EncryptionKey key = KeyReference.create(file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(key.id(), KeyReference.read("file:key", folder, Map.of()).id());
        String content = Files.readString(file);
        assertThrows(InvalidInputException.class, () -> KeyReference.create(file));
        assertEquals(content, Files.readString(file));
    }

    private String missing(String reference, Map<String, String> environment) {
        return assertThrows(InvalidInputException.class, () -> KeyReference.read(reference, folder, environment))
                .getMessage();
    }

    @Test
    void aKeyComesFromAFileOrAVariable() {
        EncryptionKey key = EncryptionKey.parse(BASE64, "the test");
        assertEquals(
                key.id(),
                KeyReference.read("env:K", folder, Map.of("K", BASE64)).id());
        assertEquals(
                key.id(),
                KeyReference.read("model-key", folder, Map.of("LLMOS_KEY_MODEL_KEY", BASE64))
                        .id());
        assertTrue(missing("env:K", Map.of()).contains("the environment variable K, which is not set"));
        assertTrue(missing("model-key", Map.of()).contains("LLMOS_KEY_MODEL_KEY"));
        assertTrue(missing("file:none", Map.of()).contains("does not exist"));
        assertTrue(missing("file:.", Map.of()).contains("is a folder"));
        assertFalse(missing(BASE64, Map.of()).contains(BASE64));
    }
}
