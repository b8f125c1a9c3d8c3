package io.jenkins.plugins.llmos.engine.privacy.encryption;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.util.DurableChannel;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encrypts, decrypts and re-wraps files. Each is written beside its place, and only when all are written and authenticated
 * are they renamed, so that a failure leaves every file as it was and nothing else.
 */
public final class Encryption {
    private Encryption() {}

    /**
     * Which files.
     *
     * @param root folder that {@code files} start from, and that the names bound to them start from
     * @param pattern that found them, for errors
     * @param files relative to {@code root}
     * @param output folder for the results under the same names; null to put them in the files' places
     */
    public record Selection(Path root, String pattern, List<Path> files, Path output) {
        public Selection {
            files = List.copyOf(files);
        }

        private Path target(Path file) {
            return (output == null ? root : output).resolve(file);
        }
    }

    private interface Transformation {
        void write(Path from, Path to, String name) throws IOException;
    }

    /**
     * Encrypts files.
     *
     * @return how many were encrypted
     * @throws InvalidInputException if there are none, or one cannot be read or is encrypted already
     */
    public static int encrypt(Selection selection, Vault vault) {
        return transform("encrypt", selection, (from, to, name) -> {
            if (Vault.isEncrypted(from)) {
                throw new InvalidInputException("The file " + from
                        + " is encrypted already; encrypting it again would need both keys to read it. Leave it out of '"
                        + selection.pattern + "'.");
            }
            try (InputStream in = Files.newInputStream(from);
                    WritableByteChannel channel = vault.create(to, name);
                    OutputStream out = Channels.newOutputStream(channel)) {
                in.transferTo(out);
            }
        });
    }

    /**
     * Decrypts files.
     *
     * @param job that must have encrypted them, null for any
     * @param build that must have encrypted them, null for any
     * @return how many
     * @throws InvalidInputException if there are none, or one is not encrypted, not with this key, not by that build, or
     *     not as it was written
     */
    public static int decrypt(Selection selection, Vault vault, String job, String build) {
        return transform("decrypt", selection, (from, to, name) -> {
            Header.Bound bound = Vault.header(from).parsed(from);
            requireOrigin(from, "job", job, bound.job());
            requireOrigin(from, "build", build, bound.build());
            try (InputStream in = vault.read(from);
                    WritableByteChannel channel = new DurableChannel(to);
                    OutputStream out = Channels.newOutputStream(channel)) {
                in.transferTo(out);
            }
        });
    }

    private static void requireOrigin(Path file, String what, String wanted, String is) {
        if (wanted != null && !wanted.equals(is)) {
            throw new InvalidInputException("The file " + file + " was encrypted by the " + what + " '" + is
                    + "', not by '" + wanted + "'. Another file may have been put in its place.");
        }
    }

    /**
     * Gives encrypted files another key: the key of each file's content is wrapped anew, the content is copied as it is.
     *
     * @param vault with the old key
     * @param key the new one
     * @return how many
     * @throws InvalidInputException if there are none, or one is not encrypted or not with the old key
     */
    public static int rotate(Selection selection, Vault vault, EncryptionKey key) {
        return transform("rotate", selection, (from, to, name) -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(from));
                    WritableByteChannel channel = new DurableChannel(to);
                    OutputStream out = Channels.newOutputStream(channel)) {
                Header header = Header.read(from, in);
                out.write(vault.rewrap(from, header, key).bytes());
                in.transferTo(out);
            }
        });
    }

    /**
     * How sensitive files say they are, the most sensitive one. Not authenticated: but one that says less than it was
     * encrypted with cannot be decrypted.
     *
     * @return {@code standard} if none of them is encrypted
     */
    public static Sensitivity sensitivity(Selection selection, Sensitivity standard) {
        Sensitivity most = null;
        for (Path file : selection.files) {
            Path path = selection.root.resolve(file);
            try {
                if (Vault.isEncrypted(path)) {
                    Sensitivity one =
                            Sensitivity.of(Vault.header(path).parsed(path).sensitivity());
                    most = most == null ? one : most.and(one);
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new InvalidInputException(
                        "The encrypted file " + path + " cannot be read: its header is damaged.", e);
            }
        }
        return most == null ? standard : most;
    }

    private static int transform(String what, Selection selection, Transformation transformation) {
        if (selection.files.isEmpty()) {
            throw new InvalidInputException("There is no file to " + what + ": '" + selection.pattern
                    + "' matches none in " + selection.root + ". Patterns are as Ant's: 'model/**' is all below model,"
                    + " '**/*.csv' all CSV files.");
        }
        Map<Path, Path> written = new LinkedHashMap<>();
        Path kept = (selection.output == null ? selection.root : selection.output).toAbsolutePath();
        while (!Files.isDirectory(kept) && kept.getParent() != null) {
            kept = kept.getParent();
        }
        try {
            for (Path file : selection.files) {
                Path from = selection.root.resolve(file);
                Path target = selection.target(file);
                refuse(from, target, selection.output);
                Files.createDirectories(target.toAbsolutePath().getParent());
                Path beside = Files.createTempFile(target.toAbsolutePath().getParent(), ".llmos", ".part");
                written.put(beside, target);
                transformation.write(from, beside, file.toString());
                keepPermissions(from, beside);
            }
            for (Map.Entry<Path, Path> file : written.entrySet()) {
                Files.move(
                        file.getKey(),
                        file.getValue(),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            return written.size();
        } catch (TamperedException e) {
            throw new InvalidInputException("Cannot " + what + ": " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Cannot " + what + " the files of '" + selection.pattern + "': " + e + ".", e);
        } finally {
            discard(written, kept);
        }
    }

    private static void refuse(Path from, Path target, Path output) {
        if (Files.isSymbolicLink(from)) {
            throw new InvalidInputException(
                    "The file " + from + " is a symbolic link, which would be replaced. Name the file it points to.");
        }
        if (output != null && Files.exists(target)) {
            throw new InvalidInputException(
                    "The file " + target + " exists already. Name another output folder, or remove the file.");
        }
    }

    private static void keepPermissions(Path from, Path to) throws IOException {
        if (Files.getFileAttributeView(from, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }

    /** After a success nothing of this is left, and the folders are not empty. */
    @SuppressWarnings("EmptyCatch")
    private static void discard(Map<Path, Path> written, Path kept) {
        for (Path beside : written.keySet()) {
            try {
                Files.deleteIfExists(beside);
                for (Path folder = beside.getParent(); !kept.startsWith(folder); folder = folder.getParent()) {
                    Files.deleteIfExists(folder);
                }
            } catch (IOException e) {
                // A folder with something in it stays.
            }
        }
    }
}
