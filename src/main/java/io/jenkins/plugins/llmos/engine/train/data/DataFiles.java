package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens data files, compressed or not, and says in a user's words why one cannot be read. */
public final class DataFiles {
    private static final int BUFFER = 1 << 16;

    private DataFiles() {}

    /**
     * Opens a file, decompressing it if it starts as gzip does, whatever its name.
     *
     * @param access how files are read
     * @throws InvalidInputException if it is missing, empty, a folder or unreadable
     */
    public static InputStream open(FileAccess access, Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new InvalidInputException("The data " + file + " is a folder; name a CSV or IDX file in it.");
            }
            if (Files.size(file) == 0) {
                throw empty(file);
            }
            InputStream raw = new BufferedInputStream(access.read(file), BUFFER);
            try {
                raw.mark(4);
                byte[] start = raw.readNBytes(4);
                raw.reset();
                if (start.length == 0) {
                    throw empty(file);
                }
                if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
                    return new GZIPInputStream(raw, BUFFER);
                }
                if (start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
                    throw new InvalidInputException("The data file " + file
                            + " is a ZIP archive or an Excel workbook. Unpack it or export it as CSV;"
                            + " of the compressed formats only gzip is read.");
                }
                return raw;
            } catch (IOException | RuntimeException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e, "");
        }
    }

    private static InvalidInputException empty(Path file) {
        return new InvalidInputException("The data file " + file
                + " is empty. Name a CSV file with a header and at least one row, a text, or an IDX file.");
    }

    /**
     * The error for a file that cannot be read to its end.
     *
     * @param after how far reading came, such as {@code " after row 12 (line 13)"}, or empty
     */
    public static InvalidInputException unreadable(Path file, IOException e, String after) {
        if (e instanceof NoSuchFileException) {
            return new InvalidInputException("The data file " + file
                    + " does not exist. Name a CSV file with a header, a text, or an IDX file; gzip is fine.");
        }
        if (e instanceof EOFException) {
            return new InvalidInputException(
                    "The data file " + file + " is truncated: it ends in the middle of its compressed data" + after
                            + ". Copy or download it again.",
                    e);
        }
        if (e instanceof ZipException) {
            return new InvalidInputException(
                    "The data file " + file + " is damaged: its gzip data cannot be unpacked" + after + " ("
                            + e.getMessage() + "). Copy or download it again.",
                    e);
        }
        return new InvalidInputException(
                "The data file " + file + " cannot be read" + after + ": " + e.getMessage() + ".", e);
    }

    /** SHA-256, in hex, of the bytes of all files one after the other, as they are stored; of encrypted ones as they were before. */
    public static String sha256(FileAccess access, Path... files) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] buffer = new byte[BUFFER];
        for (Path file : files) {
            try (InputStream in = access.read(file)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
            } catch (IOException e) {
                throw unreadable(file, e, "");
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
