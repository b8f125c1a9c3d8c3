package io.jenkins.plugins.llmos.engine.privacy.encryption;

import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What stands before the content of an encrypted file: eight bytes of magic, the length of the rest (32 bits, big-endian),
 * the identifier of the key that wraps, what is bound, and the wrapped key. What is bound is associated data of the wrapped
 * key and of the content, so none of it can be changed or joined to another file's content.
 */
final class Header {
    private final String keyId;
    private final String bound;
    private final byte[] wrapped;
    private final int length;

    private Header(String keyId, String bound, byte[] wrapped, int length) {
        this.keyId = keyId;
        this.bound = bound;
        this.wrapped = wrapped;
        this.length = length;
    }

    /** Its last byte is the version of the layout. */
    static final byte[] MAGIC = {(byte) 0x89, 'L', 'L', 'M', 'O', 'S', 'E', 1};

    private static final int MOST = 1 << 16;
    private static final int START = MAGIC.length + Integer.BYTES;

    /**
     * What a file's content is bound to.
     *
     * @param file its name, with the folders that count, separated by slashes
     * @param job that wrote it
     * @param build that wrote it
     * @param sensitivity how freely it may be used, in lower case
     */
    record Bound(String file, String job, String build, String sensitivity) {}

    static Header of(String keyId, String bound, byte[] wrapped) {
        return new Header(keyId, bound, wrapped, START + body(keyId, bound, wrapped).length);
    }

    /** Identifier of the key that wraps. */
    String keyId() {
        return keyId;
    }

    /** JSON of a {@link Bound}, kept to the byte. */
    String bound() {
        return bound;
    }

    /** The wrapped key of the content. */
    byte[] wrapped() {
        return wrapped.clone();
    }

    /** Bytes of the header in the file. */
    int length() {
        return length;
    }

    byte[] associatedData() {
        return bound.getBytes(StandardCharsets.UTF_8);
    }

    Bound parsed(Path file) throws TamperedException {
        try {
            Bound parsed = Json.parse(bound, Bound.class);
            if (parsed.file() != null && parsed.sensitivity() != null) {
                return parsed;
            }
        } catch (JsonParseException e) {
            // Told below.
        }
        throw damaged(file);
    }

    byte[] bytes() {
        byte[] body = body(keyId, bound, wrapped);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(body.length).array());
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static byte[] body(String keyId, String bound, byte[] wrapped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(keyId);
            out.writeUTF(bound);
            out.writeShort(wrapped.length);
            out.write(wrapped);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static boolean startsAsOne(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Reads a header; the content follows in the stream.
     *
     * @throws TamperedException if there is none or it is not as it was written
     */
    static Header read(Path file, InputStream from) throws IOException {
        if (!startsAsOne(from.readNBytes(MAGIC.length))) {
            throw new TamperedException(file, "is not encrypted, or its beginning was changed");
        }
        try {
            int length = new DataInputStream(from).readInt();
            if (length < 0 || length > MOST) {
                throw damaged(file);
            }
            byte[] body = from.readNBytes(length);
            ByteArrayInputStream rest = new ByteArrayInputStream(body);
            DataInputStream in = new DataInputStream(rest);
            String keyId = in.readUTF();
            String bound = in.readUTF();
            byte[] wrapped = in.readNBytes(in.readUnsignedShort());
            Header header = new Header(keyId, bound, wrapped, START + length);
            // One spelling alone: what reads the same but is written otherwise is not what was written.
            if (body.length < length || !Arrays.equals(body, body(keyId, bound, wrapped))) {
                throw damaged(file);
            }
            return header;
        } catch (EOFException | UTFDataFormatException e) {
            throw damaged(file);
        }
    }

    private static TamperedException damaged(Path file) {
        return new TamperedException(file, "has a damaged header; take it from where it was copied again");
    }
}
