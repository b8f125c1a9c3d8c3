package io.jenkins.plugins.llmos.engine.privacy.encryption;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file without its first bytes, for reading. */
final class TailChannel implements SeekableByteChannel {
    private final FileChannel file;
    private final long start;

    TailChannel(FileChannel file, long start) throws IOException {
        this.file = file;
        this.start = start;
        file.position(start);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return file.read(to);
    }

    @Override
    public long position() throws IOException {
        return file.position() - start;
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(start + position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return Math.max(0, file.size() - start);
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
