package io.jenkins.plugins.llmos.engine.privacy.encryption;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import com.google.crypto.tink.util.SecretBytes;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A user's key: 256-bit AES-GCM keys that wrap the keys of files (key-encryption keys). The primary one wraps, all unwrap,
 * so a Tink keyset may hold a new key and the old ones. Never printed: {@link #toString} tells its identifier alone.
 */
public final class EncryptionKey {
    private static final int BYTES = 32;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");
    private static final String RIGHT = "It must be a Tink keyset of AES256_GCM in JSON, or 32 random bytes in base64;"
            + " './llmos privacy key new FILE' makes one.";

    static {
        try {
            AeadConfig.register();
            StreamingAeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private final String primary;
    private final Map<String, Aead> keys;
    private final String text;

    private EncryptionKey(String primary, Map<String, Aead> keys, String text) {
        this.primary = primary;
        this.keys = keys;
        this.text = text;
    }

    /**
     * Reads a key.
     *
     * @param text a Tink keyset in JSON, or 32 bytes in base64; white space around it does not count
     * @param where it comes from, for errors, such as {@code the file /run/secrets/key}
     * @throws InvalidInputException if it is none, or of another kind or length; the message never quotes it
     */
    public static EncryptionKey parse(String text, String where) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw wrong(where, "is empty");
        }
        try {
            return of(stripped.startsWith("{") ? keyset(stripped, where) : raw(stripped, where), stripped, where);
        } catch (GeneralSecurityException e) {
            // The cause is left out on purpose: Tink's messages may quote what they could not read.
            throw wrong(where, "cannot be used");
        }
    }

    /** A new random key as a Tink keyset in JSON. */
    public static String generate() {
        try {
            return TinkJsonProtoKeysetFormat.serializeKeyset(
                    KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeysetHandle keyset(String json, String where) {
        try {
            return TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException | RuntimeException e) {
            throw wrong(where, "looks like JSON, but is no Tink keyset with its key in the clear");
        }
    }

    @AccessesPartialKey
    private static KeysetHandle raw(String base64, String where) throws GeneralSecurityException {
        if (base64.startsWith("-----BEGIN")) {
            throw wrong(where, "is a PEM file, which holds a key or certificate of another kind");
        }
        if (!BASE64.matcher(base64).matches()) {
            throw wrong(where, "is neither JSON nor base64");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw wrong(where, "is no valid base64");
        }
        if (bytes.length != BYTES) {
            throw wrong(where, "has " + bytes.length + " bytes instead of " + BYTES);
        }
        AesGcmParameters parameters = AesGcmParameters.builder()
                .setKeySizeBytes(BYTES)
                .setIvSizeBytes(12)
                .setTagSizeBytes(16)
                .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                .build();
        AesGcmKey key = AesGcmKey.builder()
                .setParameters(parameters)
                .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
                .build();
        return KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                .build();
    }

    @AccessesPartialKey
    private static EncryptionKey of(KeysetHandle keyset, String text, String where) throws GeneralSecurityException {
        Map<String, Aead> keys = new LinkedHashMap<>();
        String primary = null;
        for (int i = 0; i < keyset.size(); i++) {
            KeysetHandle.Entry entry = keyset.getAt(i);
            if (!entry.getStatus().equals(KeyStatus.ENABLED)) {
                continue;
            }
            if (!(entry.getKey() instanceof AesGcmKey key)
                    || key.getParameters().getKeySizeBytes() != BYTES
                    || key.getParameters().getIvSizeBytes() != 12
                    || key.getParameters().getTagSizeBytes() != 16) {
                throw wrong(where, "is a Tink keyset of another kind than AES256_GCM");
            }
            String id = id(key.getKeyBytes().toByteArray(InsecureSecretKeyAccess.get()));
            KeysetHandle alone = KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(key)
                            .withFixedId(entry.getId())
                            .makePrimary())
                    .build();
            keys.put(id, alone.getPrimitive(RegistryConfiguration.get(), Aead.class));
            if (entry.isPrimary()) {
                primary = id;
            }
        }
        return new EncryptionKey(primary, keys, text);
    }

    /** A name for a key that tells nothing of it: the start of an HMAC-SHA-256 under it. */
    private static String id(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] digest = mac.doFinal("llmos key identifier".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static InvalidInputException wrong(String where, String how) {
        return new InvalidInputException("The key from " + where + " " + how + ". " + RIGHT);
    }

    /** Identifier of the key that wraps, 16 hexadecimal digits; it may be shown and logged. */
    public String id() {
        return primary;
    }

    /** The key itself, in a form that {@link #parse} reads: only to be handed to the trainer's standard input. */
    public String secret() {
        return text;
    }

    boolean unwraps(String id) {
        return keys.containsKey(id);
    }

    byte[] wrap(KeysetHandle fileKey, byte[] associatedData) throws GeneralSecurityException {
        return TinkProtoKeysetFormat.serializeEncryptedKeyset(fileKey, keys.get(primary), associatedData);
    }

    KeysetHandle unwrap(String id, byte[] wrapped, byte[] associatedData) throws GeneralSecurityException {
        return TinkProtoKeysetFormat.parseEncryptedKeyset(wrapped, keys.get(id), associatedData);
    }

    @Override
    public String toString() {
        return "key " + primary;
    }
}
