package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes {@code events.jsonl}, one whole line at a time. */
final class EventLog implements AutoCloseable {
    private final FileChannel out;

    /** Appends, so that the lines of a second trainer that is refused do not overwrite those of the first. */
    EventLog(Path file) throws IOException {
        boolean broken = endsInMidLine(file);
        out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (broken) {
            out.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    private static boolean endsInMidLine(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            in.read(last, in.size() - 1);
            return last.get(0) != '\n';
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
