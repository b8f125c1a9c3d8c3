package io.jenkins.plugins.llmos.engine.util;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How the files of a training are read and written: as they are, or encrypted. */
public interface FileAccess {
    /** Files as they are. */
    FileAccess PLAIN = new FileAccess() {
        @Override
        public InputStream read(Path file) throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public SeekableByteChannel open(Path file) throws IOException {
            return FileChannel.open(file, StandardOpenOption.READ);
        }

        @Override
        public WritableByteChannel create(Path file, String name) throws IOException {
            return new DurableChannel(file);
        }

        @Override
        public boolean encrypts() {
            return false;
        }
    };

    /** Opens a file for reading from its start. */
    InputStream read(Path file) throws IOException;

    /** Opens a file for reading at any place. Its size is that of what can be read. */
    SeekableByteChannel open(Path file) throws IOException;

    /**
     * Writes a file anew. Closing it waits until it is on the disk.
     *
     * @param file where it is written
     * @param name under which it will be read: it may be written beside and renamed
     */
    WritableByteChannel create(Path file, String name) throws IOException;

    /** Whether what is written cannot be read from the disk without a key. */
    boolean encrypts();

    /** Reads a whole text in UTF-8. */
    default String readText(Path file) throws IOException {
        try (InputStream in = read(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Writes a whole text in UTF-8. */
    default void writeText(Path file, String name, String text) throws IOException {
        try (WritableByteChannel channel = create(file, name);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
