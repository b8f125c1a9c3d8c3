package io.jenkins.plugins.llmos.engine.privacy.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionTest {
    private static final int SEGMENTS = 50_000;

    @TempDir
    private Path folder;

    private final EncryptionKey key = EncryptionKey.parse(EncryptionKey.generate(), "the test");
    private final Vault vault = vault(key);
    private final Random random = new Random(7);

    private static Vault vault(EncryptionKey key) {
        return new Vault(key, new Origin("job", "12"), Sensitivity.RESTRICTED);
    }

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = Files.createDirectories(folder.resolve("model")).resolve("a.bin");
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private Encryption.Selection selection(String... files) {
        return new Encryption.Selection(
                folder, "model/**", Arrays.stream(files).map(Path::of).toList(), null);
    }

    private byte[] encrypted(byte[] content) throws IOException {
        Files.write(data, content);
        Encryption.encrypt(selection("model/a.bin"), vault);
        return Files.readAllBytes(data);
    }

    private String refusal(Vault with) {
        return assertThrows(
                        InvalidInputException.class,
                        () -> Encryption.decrypt(selection("model/a.bin"), with, null, null))
                .getMessage();
    }

    private void assertNothingBeside() throws IOException {
        try (Stream<Path> files = Files.list(data.getParent())) {
            assertEquals(
                    List.of(), files.filter(f -> f.toString().endsWith(".part")).toList());
        }
    }

    @Test
    void whatIsEncryptedComesBackAndIsNotOnTheDiskMeanwhile() throws IOException {
        for (int size : new int[] {0, 1, 16_384, SEGMENTS}) {
            byte[] content = bytes(size);
            byte[] stored = encrypted(content);
            if (size > 16) {
                assertEquals(-1, indexOf(stored, Arrays.copyOf(content, 16)));
            }
            assertFalse(Arrays.equals(stored, encryptedAgain(content)), "each file has a key of its own");
            assertEquals(1, Encryption.decrypt(selection("model/a.bin"), vault, "job", "12"));
            assertArrayEquals(content, Files.readAllBytes(data));
        }
        assertNothingBeside();
    }

    private byte[] encryptedAgain(byte[] content) throws IOException {
        Files.delete(data);
        return encrypted(content);
    }

    private static int indexOf(byte[] in, byte[] what) {
        return new String(in, StandardCharsets.ISO_8859_1).indexOf(new String(what, StandardCharsets.ISO_8859_1));
    }

    @Test
    void anyFlippedByteIsRefusedAndLeavesTheFileAsItWas() throws IOException {
        byte[] stored = encrypted(bytes(40));
        for (int at = 0; at < stored.length; at++) {
            refusesChanged(stored, at);
        }
        byte[] large = encryptedAgain(bytes(SEGMENTS));
        for (int i = 0; i < 40; i++) {
            refusesChanged(large, random.nextInt(large.length));
        }
        assertNothingBeside();
    }

    private void refusesChanged(byte[] stored, int at) throws IOException {
        byte[] changed = stored.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(data, changed);
        assertTrue(refusal(vault).startsWith("Cannot decrypt: the encrypted file "), "byte " + at);
        assertArrayEquals(changed, Files.readAllBytes(data));
        assertThrows(IOException.class, () -> readInTheMiddle(vault), "byte " + at);
    }

    @Test
    void anyTruncationAndAnyAdditionIsRefused() throws IOException {
        byte[] stored = encrypted(bytes(40));
        for (int length = 0; length < stored.length; length++) {
            refusesOther(Arrays.copyOf(stored, length));
        }
        refusesOther(Arrays.copyOf(stored, stored.length + 1));
        byte[] large = encryptedAgain(bytes(SEGMENTS));
        for (int i = 0; i < 20; i++) {
            refusesOther(Arrays.copyOf(large, random.nextInt(large.length)));
        }
        int header =
                Vault.header(data.resolveSibling(write("model/a.bin", large))).length();
        for (int segments = 0; segments < 3; segments++) {
            refusesOther(Arrays.copyOf(large, header + segments * 16_384));
        }
    }

    private void refusesOther(byte[] content) throws IOException {
        Files.write(data, content);
        assertTrue(refusal(vault).startsWith("Cannot decrypt: the encrypted file "), content.length + " bytes");
        assertThrows(IOException.class, () -> readInTheMiddle(vault), content.length + " bytes");
        assertThrows(IOException.class, () -> readAll(data), content.length + " bytes");
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private byte[] readAll(Path file) throws IOException {
        try (InputStream in = vault.read(file)) {
            return in.readAllBytes();
        }
    }

    /** Reads all, from the middle to the end and then from the start. */
    private byte[] readInTheMiddle(Vault with) throws IOException {
        try (SeekableByteChannel in = with.open(data)) {
            ByteBuffer all = ByteBuffer.allocate((int) in.size());
            int middle = all.capacity() / 2;
            fill(in.position(middle), all.position(middle));
            fill(in.position(0), all.limit(middle).position(0));
            return all.array();
        }
    }

    private static void fill(SeekableByteChannel in, ByteBuffer to) throws IOException {
        while (to.hasRemaining()) {
            if (in.read(to) < 0) {
                throw new IOException("ended early");
            }
        }
    }

    @Test
    void readsAtAnyPlace() throws IOException {
        for (int size : new int[] {0, 1, SEGMENTS}) {
            byte[] content = bytes(size);
            encrypted(content);
            assertArrayEquals(content, readInTheMiddle(vault));
            Files.delete(data);
        }
    }

    @Test
    void aSwappedOrRenamedFileIsRefusedAndAMovedTreeIsNot() throws IOException {
        write("model/b.bin", bytes(10));
        encrypted(bytes(20));
        Encryption.encrypt(selection("model/b.bin"), vault);
        Files.copy(folder.resolve("model/b.bin"), data, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertTrue(refusal(vault).contains("was encrypted as 'model/b.bin': it was renamed"));
        Path elsewhere = Files.createDirectories(folder.resolve("copy/model"));
        Files.copy(folder.resolve("model/b.bin"), elsewhere.resolve("b.bin"));
        assertEquals(10, readAll(elsewhere.resolve("b.bin")).length);
    }

    @Test
    void headersOfTwoFilesCannotBeExchanged() throws IOException {
        byte[] one = encrypted(bytes(20));
        int length = Vault.header(data).length();
        byte[] other = encryptedAgain(bytes(20));
        byte[] joined = one.clone();
        System.arraycopy(other, 0, joined, 0, length);
        refusesOther(joined);
    }

    @Test
    void anotherBuildsFileIsRefusedWhereTheBuildIsGiven() throws IOException {
        encrypted(bytes(5));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> Encryption.decrypt(selection("model/a.bin"), vault, "job", "13"))
                .getMessage();
        assertTrue(message.contains("was encrypted by the build '12', not by '13'"), message);
    }

    @Test
    void theWrongKeyIsNamed() throws IOException {
        encrypted(bytes(5));
        EncryptionKey other = EncryptionKey.parse(EncryptionKey.generate(), "the test");
        String message = refusal(vault(other));
        assertTrue(message.contains("with the key " + key.id() + ", but the one given is " + other.id()), message);
    }

    @Test
    void rotationChangesTheHeaderAlone() throws IOException {
        byte[] content = bytes(SEGMENTS);
        byte[] before = encrypted(content);
        int start = Vault.header(data).length();
        EncryptionKey next = EncryptionKey.parse(EncryptionKey.generate(), "the test");
        assertEquals(1, Encryption.rotate(selection("model/a.bin"), vault, next));
        byte[] after = Files.readAllBytes(data);
        int startAfter = Vault.header(data).length();
        assertArrayEquals(
                Arrays.copyOfRange(before, start, before.length), Arrays.copyOfRange(after, startAfter, after.length));
        assertTrue(refusal(vault).contains(next.id()));
        Encryption.decrypt(selection("model/a.bin"), vault(next), "job", "12");
        assertArrayEquals(content, Files.readAllBytes(data));
    }

    @Test
    void oneBadFileLeavesAllAsTheyWere() throws IOException {
        byte[] good = encrypted(bytes(30));
        byte[] bad = write("model/b.bin", bytes(30)).toString().getBytes(StandardCharsets.UTF_8);
        write("model/b.bin", bad);
        Encryption.Selection both = selection("model/a.bin", "model/b.bin");
        assertThrows(InvalidInputException.class, () -> Encryption.decrypt(both, vault, null, null));
        assertThrows(InvalidInputException.class, () -> Encryption.encrypt(both, vault));
        assertArrayEquals(good, Files.readAllBytes(data));
        assertArrayEquals(bad, Files.readAllBytes(folder.resolve("model/b.bin")));
        Path output = folder.resolve("out");
        assertThrows(
                InvalidInputException.class,
                () -> Encryption.decrypt(
                        new Encryption.Selection(folder, "model/**", both.files(), output), vault, null, null));
        assertFalse(Files.exists(output));
        assertNothingBeside();
    }

    @Test
    void anotherFolderTakesTheResultsUnlessTheyAreThere() throws IOException {
        byte[] content = bytes(9);
        write("model/a.bin", content);
        Path output = folder.resolve("out");
        Encryption.Selection apart =
                new Encryption.Selection(folder, "model/**", List.of(Path.of("model/a.bin")), output);
        Encryption.encrypt(apart, vault);
        assertArrayEquals(content, Files.readAllBytes(data));
        assertArrayEquals(content, readAll(output.resolve("model/a.bin")));
        String message = assertThrows(InvalidInputException.class, () -> Encryption.encrypt(apart, vault))
                .getMessage();
        assertTrue(message.contains("exists already"), message);
    }

    @Test
    void nothingToDoIsAnError() {
        String message = assertThrows(InvalidInputException.class, () -> Encryption.encrypt(selection(), vault))
                .getMessage();
        assertTrue(message.startsWith("There is no file to encrypt: 'model/**' matches none in "), message);
    }

    @Test
    void sensitivityIsAuthenticated() throws IOException {
        encrypted(bytes(3));
        assertEquals(Sensitivity.RESTRICTED, vault.sensitivity(data));
        byte[] stored = Files.readAllBytes(data);
        int at = indexOf(stored, "restricted".getBytes(StandardCharsets.UTF_8));
        stored[at] = 'R';
        Files.write(data, stored);
        assertThrows(IOException.class, () -> vault.sensitivity(data));
    }

    @Test
    void permissionsAreKept() throws IOException {
        write("model/a.bin", bytes(3));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-r-----"));
        Encryption.encrypt(selection("model/a.bin"), vault);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
    }
}
