package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Encoded records by row number, in memory or in a file. */
abstract class RowStore implements AutoCloseable {
    /** Brings a record. @return the array that holds it, at {@link #offset} of the same row, until the next call */
    abstract byte[] record(int row);

    abstract int offset(int row);

    @Override
    public abstract void close();

    /** Records in arrays of a few megabytes. */
    static final class InMemory extends RowStore {
        private static final int CHUNK_BYTES = 1 << 22;

        private final int length;
        private final int shift;
        private final int mask;
        private final List<byte[]> chunks = new ArrayList<>();
        private final int rows;
        private int used;

        /**
         * @param rows how many there will be
         * @param length bytes of a record
         */
        InMemory(int rows, int length) {
            this.rows = rows;
            this.length = length;
            int perChunk = Integer.highestOneBit(Math.max(1, CHUNK_BYTES / length));
            shift = Integer.numberOfTrailingZeros(perChunk);
            mask = perChunk - 1;
        }

        void add(byte[] record) {
            int at = used & mask;
            if (at == 0) {
                chunks.add(new byte[Math.min(rows - used, mask + 1) * length]);
            }
            System.arraycopy(record, 0, chunks.get(chunks.size() - 1), at * length, length);
            used++;
        }

        @Override
        byte[] record(int row) {
            return chunks.get(row >>> shift);
        }

        @Override
        int offset(int row) {
            return (row & mask) * length;
        }

        @Override
        public void close() {
            chunks.clear();
        }
    }

    /** Records in a file, read where they are; a mapped file would count as resident memory. */
    static final class InFile extends RowStore {
        private final SeekableByteChannel channel;
        private final byte[] record;
        private final ByteBuffer buffer;
        private final Path file;

        /** @param length bytes of a record */
        InFile(FileAccess access, Path file, int length) throws IOException {
            this.file = file;
            channel = access.open(file);
            record = new byte[length];
            buffer = ByteBuffer.allocateDirect(length);
        }

        @Override
        byte[] record(int row) {
            buffer.clear();
            long at = (long) row * record.length;
            try {
                channel.position(at);
                while (buffer.hasRemaining()) {
                    int n = channel.read(buffer);
                    if (n < 0) {
                        throw new IOException("the file ends before row " + row);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the encoded rows in " + file + " cannot be read: " + e.getMessage(), e);
            }
            buffer.flip().get(record);
            return record;
        }

        @Override
        int offset(int row) {
            return 0;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
