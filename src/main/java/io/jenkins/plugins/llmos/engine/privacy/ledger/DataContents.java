package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.CsvSource;
import io.jenkins.plugins.llmos.engine.train.data.DataFiles;
import io.jenkins.plugins.llmos.engine.train.language.Documents;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Knows the content of data files again, compressed or not, whatever they are called. */
public final class DataContents {
    private DataContents() {}

    /**
     * Reads files to their end.
     *
     * @param files the first holds the records, as CSV or IDX, or text, whose records are not counted
     * @throws InvalidInputException if a file cannot be read
     */
    public static DataContent read(List<Path> files) {
        return read(FileAccess.PLAIN, files);
    }

    /**
     * Reads files that may be encrypted.
     *
     * @throws InvalidInputException as above
     */
    public static DataContent read(FileAccess access, List<Path> files) {
        files.forEach(f -> Vault.requireReadable(access, "The data file", f));
        List<String> digests = new ArrayList<>();
        for (Path file : files) {
            digests.add(digest(access, file));
        }
        return new DataContent(
                digests,
                records(access, files.get(0)),
                files.stream().map(f -> f.getFileName().toString()).collect(Collectors.joining(", ")));
    }

    private static String digest(FileAccess access, Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(DataFiles.open(access, file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e, "");
        }
    }

    private static long records(FileAccess access, Path file) {
        if (file.getFileName().toString().toLowerCase(Locale.ROOT).contains("idx")) {
            try (DataInputStream in = new DataInputStream(DataFiles.open(access, file))) {
                in.readInt();
                return Math.max(0, in.readInt());
            } catch (IOException e) {
                throw DataFiles.unreadable(file, e, "");
            }
        }
        if (Documents.isText(file)) {
            return 0;
        }
        try (CsvSource rows = CsvSource.open(access, file)) {
            boolean more = rows.next();
            while (more) {
                more = rows.next();
            }
            return rows.row();
        }
    }
}
