package io.jenkins.plugins.llmos.engine.train;

import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the events that were appended to a file since the last call; a line without its end waits. */
public final class EventTail {
    private static final int LONGEST_READ = 1 << 22;

    private final Path file;
    private long position;

    /**
     * Follows a file.
     *
     * @param file the events, which may not exist yet
     * @param position bytes to pass over
     */
    public EventTail(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** Where the next call will read on, in bytes. */
    public long position() {
        return position;
    }

    /**
     * The events that have come since the last call, in order; at most 4 MiB of them.
     *
     * @throws IOException if the file cannot be read
     */
    public List<TrainingEvent> next() throws IOException {
        List<TrainingEvent> events = new ArrayList<>();
        if (!Files.exists(file)) {
            return events;
        }
        byte[] bytes;
        try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "r")) {
            long unread = f.length() - position;
            if (unread <= 0) {
                return events;
            }
            bytes = new byte[(int) Math.min(unread, LONGEST_READ)];
            f.seek(position);
            f.readFully(bytes);
        }
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                parse(new String(bytes, start, i - start, StandardCharsets.UTF_8), events);
                start = i + 1;
            }
        }
        position += start;
        return events;
    }

    private static void parse(String line, List<TrainingEvent> events) {
        try {
            TrainingEvent event = Json.parse(line, TrainingEvent.class);
            if (event.type() != null) {
                events.add(event);
            }
        } catch (JsonParseException e) {
            // A process killed while it wrote leaves half a line, which the next attempt's first line then ends.
            return;
        }
    }
}
