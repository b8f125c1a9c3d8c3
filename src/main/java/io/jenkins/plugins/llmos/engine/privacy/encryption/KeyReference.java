package io.jenkins.plugins.llmos.engine.privacy.encryption;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a key is outside of Jenkins: {@code file:PATH}, {@code env:NAME}, or a plain name, as that of Jenkins' credentials,
 * for the environment variable {@code LLMOS_KEY_NAME}, so that one Jenkinsfile runs in both hosts.
 */
public final class KeyReference {
    /** What the environment variables of plain names begin with. */
    static final String VARIABLE = "LLMOS_KEY_";

    private static final long MOST = 1 << 16;

    private KeyReference() {}

    /**
     * Reads the key that a reference names.
     *
     * @param reference as above
     * @param base folder that relative paths start from
     * @param environment variables by name
     * @throws InvalidInputException if it names nothing, or what it names holds no key
     */
    public static EncryptionKey read(String reference, Path base, Map<String, String> environment) {
        if (reference.startsWith("file:")) {
            return fromFile(base.resolve(reference.substring("file:".length())).normalize());
        }
        if (looksLikeAKey(reference)) {
            throw new InvalidInputException("The argument 'key' was given a key itself, where logs and the Jenkinsfile"
                    + " would show it. Give its place: key: 'file:PATH' or key: 'env:NAME'. Take a new key, as others"
                    + " may have seen this one.");
        }
        boolean named = reference.startsWith("env:");
        String name = named ? reference.substring("env:".length()) : variable(reference);
        String value = environment.get(name);
        if (value == null) {
            throw new InvalidInputException("The key '" + reference + "' is to be in the environment variable " + name
                    + ", which is not set. Set it to a key, or name another place: key: 'file:PATH' or key:"
                    + " 'env:NAME'. './llmos privacy key new FILE' makes a key.");
        }
        return EncryptionKey.parse(value, "the environment variable " + name);
    }

    private static boolean looksLikeAKey(String reference) {
        return reference.strip().startsWith("{") || reference.matches("[A-Za-z0-9+/_-]{43}=?");
    }

    private static String variable(String name) {
        return VARIABLE + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static EncryptionKey fromFile(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new InvalidInputException("The key file " + file + " is a folder. Name the file with the key.");
            }
            if (Files.size(file) > MOST) {
                throw new InvalidInputException("The key file " + file + " has " + Files.size(file)
                        + " bytes, too many for a key. Name the file that './llmos privacy key new FILE' made.");
            }
            return EncryptionKey.parse(Files.readString(file), "the file " + file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("The key file " + file
                    + " does not exist. Name one that does, or make it with" + " './llmos privacy key new FILE'.");
        } catch (MalformedInputException e) {
            throw new InvalidInputException(
                    "The key file " + file + " is no text. Name the file that './llmos privacy key new FILE' made.");
        } catch (IOException e) {
            throw new InvalidInputException("The key file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Makes a new key and writes it into a new file that its owner alone may read.
     *
     * @return the new key
     * @throws InvalidInputException if the file exists or cannot be written
     */
    public static EncryptionKey create(Path file) {
        String text = EncryptionKey.generate();
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException("The file " + file
                    + " exists already, and a key that is lost makes all it encrypted unreadable. Name a new file.");
        } catch (IOException e) {
            throw new InvalidInputException("The key file " + file + " cannot be written: " + e.getMessage() + ".", e);
        }
        return EncryptionKey.parse(text, "the file " + file);
    }
}
