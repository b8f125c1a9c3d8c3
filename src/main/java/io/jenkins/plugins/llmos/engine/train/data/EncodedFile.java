package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * Encoded rows too many for the memory, in a folder: {@code encoded.bin}, the records, and {@code encoded.json}, what they
 * are and their checksum. Both are written beside and renamed, the second last, so that a process that dies leaves either
 * what was there or what can be told to be unfinished.
 */
final class EncodedFile {
    private static final int BUFFER = 1 << 18;

    private EncodedFile() {}

    /**
     * What stands beside the records.
     *
     * @param key what they were made from; others are of no use
     * @param rows how many records
     * @param crc CRC-32C of all of them
     */
    private record Description(String key, FeatureSchema schema, int rows, long crc) {}

    /** What was found: the schema, the targets (class indices) for drawing the split again, and the rows. */
    record Found(FeatureSchema schema, RowFormat format, Codes classes, int rows, RowStore store) {}

    private static Path records(Path folder) {
        return folder.resolve("encoded.bin");
    }

    private static Path description(Path folder) {
        return folder.resolve("encoded.json");
    }

    /** Takes up what an earlier process left, or returns null if there is nothing whole that was made from the same. */
    static Found find(FileAccess access, Path folder, String key) {
        try {
            Description d = Json.parse(access.readText(description(folder)), Description.class);
            if (!key.equals(d.key) || d.schema == null) {
                return null;
            }
            RowFormat format = new RowFormat(d.schema);
            byte[] record = new byte[format.bytes()];
            Path file = records(folder);
            Codes classes = new Codes();
            CRC32C crc = new CRC32C();
            boolean classified = d.schema.classes() > 0;
            try (InputStream in = new BufferedInputStream(access.read(file), BUFFER)) {
                for (int i = 0; i < d.rows; i++) {
                    if (in.readNBytes(record, 0, record.length) < record.length) {
                        return null;
                    }
                    crc.update(record);
                    if (classified) {
                        classes.add((int) format.target(record, 0));
                    }
                }
                if (in.read() >= 0) {
                    return null;
                }
            }
            return crc.getValue() == d.crc
                    ? new Found(d.schema, format, classes, d.rows, new RowStore.InFile(access, file, record.length))
                    : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Writes records one after the other. */
    static final class Writer implements AutoCloseable {
        private final FileAccess access;
        private final Path folder;
        private final Path unfinished;
        private final WritableByteChannel channel;
        private final ByteBuffer buffer;
        private final CRC32C crc = new CRC32C();
        private int rows;

        /** @param length bytes of a record */
        Writer(FileAccess access, Path folder, int length) {
            this.access = access;
            this.folder = folder;
            unfinished = folder.resolve("encoded.bin.part");
            buffer = ByteBuffer.allocateDirect(Math.max(BUFFER, length));
            try {
                Files.createDirectories(folder);
                Files.deleteIfExists(description(folder));
                channel =
                        access.create(unfinished, records(folder).getFileName().toString());
            } catch (IOException e) {
                throw failed(e);
            }
        }

        void add(byte[] record) {
            crc.update(record);
            rows++;
            if (buffer.remaining() < record.length) {
                flush();
            }
            buffer.put(record);
        }

        private void flush() {
            buffer.flip();
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw failed(e);
            }
            buffer.clear();
        }

        RowStore finish(String key, FeatureSchema schema, int length) {
            flush();
            try {
                channel.close();
                Files.move(unfinished, records(folder), StandardCopyOption.ATOMIC_MOVE);
                Path part = folder.resolve("encoded.json.part");
                access.writeText(
                        part,
                        description(folder).getFileName().toString(),
                        Json.line(new Description(key, schema, rows, crc.getValue())));
                Files.move(part, description(folder), StandardCopyOption.ATOMIC_MOVE);
                return new RowStore.InFile(access, records(folder), length);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private InvalidInputException failed(IOException e) {
            return new InvalidInputException(
                    "The encoded rows, which are too many for the memory, cannot be written to " + folder + ": "
                            + e.getMessage() + ". Make room on that disk or name another folder.",
                    e);
        }

        @Override
        public void close() {
            try {
                channel.close();
                Files.deleteIfExists(unfinished);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }
}
