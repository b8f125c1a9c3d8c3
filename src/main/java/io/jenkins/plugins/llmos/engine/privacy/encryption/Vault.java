package io.jenkins.plugins.llmos.engine.privacy.encryption;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.streamingaead.AesGcmHkdfStreamingParameters;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.util.DurableChannel;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;

/**
 * Reads and writes encrypted files. The content is encrypted by segments of 16 KiB with AES-256-GCM under keys derived by
 * HKDF (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015, "STREAM"; Tink's AES-GCM-HKDF streaming AEAD), so that no byte is
 * given out before its segment is authenticated, no segment can be moved, and the last one is known as the last. Each file
 * has a key of its own, wrapped by the user's key in its {@link Header}.
 *
 * <p>Reading refuses a file that is not encrypted: taking it would let anyone who can write it choose its content.
 */
public final class Vault implements FileAccess {
    /** Small enough to read single rows from the middle, large enough that authentication costs next to nothing. */
    private static final int SEGMENT = 1 << 14;

    private final EncryptionKey key;
    private final Origin origin;
    private final Sensitivity sensitivity;

    /**
     * Files under a key.
     *
     * @param key that wraps and unwraps
     * @param origin who writes
     * @param sensitivity of what is written
     */
    public Vault(EncryptionKey key, Origin origin, Sensitivity sensitivity) {
        this.key = key;
        this.origin = origin;
        this.sensitivity = sensitivity;
    }

    /** What a host tells the trainer, as one line of JSON. */
    private record Sent(String key, Origin origin, String sensitivity) {}

    /** Hands this vault, key included, to a process of our own through its standard input. */
    public void send(OutputStream to) throws IOException {
        to.write(Json.line(new Sent(key.secret(), origin, sensitivity.text())).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes what {@link #send} hands over.
     *
     * @throws InvalidInputException if nothing is handed over
     */
    public static Vault receive(InputStream from) throws IOException {
        byte[] bytes = from.readAllBytes();
        if (bytes.length == 0) {
            throw new InvalidInputException("The training names a key, but its host handed none over.");
        }
        Sent sent = Json.parse(new String(bytes, StandardCharsets.UTF_8), Sent.class);
        return new Vault(EncryptionKey.parse(sent.key, "the host"), sent.origin, Sensitivity.of(sent.sensitivity));
    }

    /** The same for files of another sensitivity. */
    public Vault with(Sensitivity other) {
        return new Vault(key, origin, other);
    }

    /** Whether a text is the key. */
    public boolean isSecret(String text) {
        return text.strip().equals(key.secret());
    }

    /**
     * Refuses a file that cannot be read in a way because it is encrypted, or because it is not: taking clear text where
     * encrypted files are expected would let anyone who can write it choose its content. A file that is absent is left to
     * its reader.
     *
     * @param what what the file is, for the error
     * @throws InvalidInputException if it is refused
     */
    public static void requireReadable(FileAccess access, String what, Path file) {
        try {
            if (!Files.isRegularFile(file) || isEncrypted(file) == access.encrypts()) {
                return;
            }
        } catch (IOException e) {
            return;
        }
        throw new InvalidInputException(
                access.encrypts()
                        ? what + " " + file + " is not encrypted, but a key was given. Encrypt it first, with"
                                + " llmosPrivatize(encrypt: …, key: …), or leave the key out; nobody can tell whether"
                                + " clear text is what was meant."
                        : what + " " + file + " is encrypted. Give the key that it was encrypted with, as the argument"
                                + " 'key'.");
    }

    /** Whether a file starts as an encrypted one does. */
    public static boolean isEncrypted(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Header.startsAsOne(in.readNBytes(Header.MAGIC.length));
        }
    }

    @Override
    public InputStream read(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), SEGMENT);
        try {
            Header header = Header.read(file, in);
            return new Authenticated(file, primitive(file, header).newDecryptingStream(in, header.associatedData()));
        } catch (GeneralSecurityException e) {
            in.close();
            throw TamperedException.content(file, e);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public SeekableByteChannel open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            Header header = header(file);
            SeekableByteChannel content = primitive(file, header)
                    .newSeekableDecryptingChannel(new TailChannel(channel, header.length()), header.associatedData());
            return new AuthenticatedChannel(file, content, this);
        } catch (GeneralSecurityException e) {
            channel.close();
            throw TamperedException.content(file, e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public WritableByteChannel create(Path file, String name) throws IOException {
        try {
            String bound = Json.line(
                    new Header.Bound(name.replace('\\', '/'), origin.job(), origin.build(), sensitivity.text()));
            KeysetHandle content = KeysetHandle.generateNew(AesGcmHkdfStreamingParameters.builder()
                    .setKeySizeBytes(32)
                    .setDerivedAesGcmKeySizeBytes(32)
                    .setHkdfHashType(AesGcmHkdfStreamingParameters.HashType.SHA256)
                    .setCiphertextSegmentSizeBytes(SEGMENT)
                    .build());
            Header unwrapped = Header.of(key.id(), bound, new byte[0]);
            Header header = Header.of(key.id(), bound, key.wrap(content, unwrapped.associatedData()));
            DurableChannel out = new DurableChannel(file);
            try {
                out.write(ByteBuffer.wrap(header.bytes()));
                return new WholeWrites(streaming(content).newEncryptingChannel(out, header.associatedData()));
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                out.close();
                throw e;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("encryption failed", e);
        }
    }

    @Override
    public boolean encrypts() {
        return true;
    }

    /**
     * What an encrypted file says of itself, not yet authenticated: only decrypting does that.
     *
     * @throws IOException if it cannot be read or is not encrypted
     */
    static Header header(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return Header.read(file, in);
        }
    }

    /**
     * How sensitive an encrypted file is, authenticated.
     *
     * @throws IOException if it cannot be read, is not encrypted, or not with this key
     */
    public Sensitivity sensitivity(Path file) throws IOException {
        Header header = header(file);
        unwrap(file, header);
        return Sensitivity.of(header.parsed(file).sensitivity());
    }

    private StreamingAead primitive(Path file, Header header) throws IOException, GeneralSecurityException {
        KeysetHandle content = unwrap(file, header);
        String name = header.parsed(file).file();
        if (!file.toAbsolutePath().normalize().endsWith(Path.of(name))) {
            throw new TamperedException(
                    file,
                    "was encrypted as '" + name + "': it was renamed, or another file was put in its place;"
                            + " give it back its name");
        }
        return streaming(content);
    }

    private KeysetHandle unwrap(Path file, Header header) throws TamperedException {
        if (!key.unwraps(header.keyId())) {
            throw new TamperedException(
                    file,
                    "is encrypted with the key " + printable(header.keyId()) + ", but the one given is " + key.id()
                            + "; give the key that it was encrypted with");
        }
        try {
            return key.unwrap(header.keyId(), header.wrapped(), header.associatedData());
        } catch (GeneralSecurityException e) {
            throw new TamperedException(
                    file,
                    "has a header that was changed since it was encrypted; take it from where it was copied again");
        }
    }

    private static String printable(String id) {
        return id.matches("[0-9a-f]{16}") ? id : "of a damaged header";
    }

    /** The same key of the content under another key. */
    Header rewrap(Path file, Header header, EncryptionKey other) throws IOException {
        KeysetHandle content = unwrap(file, header);
        try {
            return Header.of(other.id(), header.bound(), other.wrap(content, header.associatedData()));
        } catch (GeneralSecurityException e) {
            throw new IOException("encryption failed", e);
        }
    }

    private static StreamingAead streaming(KeysetHandle content) throws GeneralSecurityException {
        return content.getPrimitive(RegistryConfiguration.get(), StreamingAead.class);
    }

    /** Tells a user that content was changed in our words instead of the library's. */
    private static final class Authenticated extends FilterInputStream {
        private final Path file;

        private Authenticated(Path file, InputStream in) {
            super(in);
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            try {
                return super.read(to, from, length);
            } catch (IOException e) {
                throw TamperedException.content(file, e);
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    /** Reads at any place; opened only if the last segment is the last, so that a cut file is refused at once. */
    private static final class AuthenticatedChannel implements SeekableByteChannel {
        private final Path file;
        private final SeekableByteChannel content;
        private final boolean empty;

        private AuthenticatedChannel(Path file, SeekableByteChannel content, Vault vault) throws IOException {
            this.file = file;
            this.content = content;
            try {
                // The library knows the size only after a first read, and never that of an empty content.
                empty = content.read(ByteBuffer.allocate(1)) < 1;
                if (empty) {
                    try (InputStream in = vault.read(file)) {
                        in.read();
                    }
                    return;
                }
                content.position(Math.max(0, content.size() - 1));
                content.read(ByteBuffer.allocate(1));
                content.position(0);
            } catch (IOException e) {
                throw TamperedException.content(file, e);
            }
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            try {
                return empty ? -1 : content.read(to);
            } catch (IOException e) {
                throw TamperedException.content(file, e);
            }
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return content.write(from);
        }

        @Override
        public long position() throws IOException {
            return content.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            content.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return empty ? 0 : content.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            content.truncate(size);
            return this;
        }

        @Override
        public boolean isOpen() {
            return content.isOpen();
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /** Takes all it is given, as the channels of {@link FileAccess} do. */
    private record WholeWrites(WritableByteChannel out) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
