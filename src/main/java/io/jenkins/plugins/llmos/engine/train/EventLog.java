package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes {@code events.jsonl}, one whole line at a time. */
final class EventLog implements AutoCloseable {
    private final FileChannel out;

    EventLog(Path file) throws IOException {
        out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long size = out.size();
        if (size > 0) {
            ByteBuffer last = ByteBuffer.allocate(1);
            out.read(last, size - 1);
            out.position(size);
            if (last.get(0) != '\n') {
                out.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
        }
    }

    void write(TrainingEvent event) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Json.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            out.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
