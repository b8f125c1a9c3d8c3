package io.jenkins.plugins.llmos.engine.util;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a file anew; closing it waits until it is on the disk. A write takes all it is given. */
public final class DurableChannel implements WritableByteChannel {
    private final FileChannel file;

    public DurableChannel(Path file) throws IOException {
        this.file = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (file.isOpen()) {
            try {
                file.force(true);
            } finally {
                file.close();
            }
        }
    }
}
