package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many steps of a private training may have left the trainer, over all its attempts. The number is on the disk before
 * anything computed from these steps is: a checkpoint, an event with metrics, the model. An attempt that goes on from an
 * older checkpoint makes some steps again with fresh noise; both count, as both may have been seen. Steps that an attempt
 * made after its last such moment and lost with its memory were never seen and do not count.
 */
public final class ReleasedSteps {
    /** The file, relative to the control folder. */
    static final String FILE = "released-steps";

    private final Path file;

    ReleasedSteps(Path file) {
        this.file = file;
    }

    /**
     * Steps that may have been released by the training of a control folder; a host charges these when no result comes.
     *
     * @return 0 if it has released nothing, or is not private
     * @throws InvalidInputException if the record cannot be read
     */
    public static long of(ControlFolder control) {
        return in(control).read();
    }

    static ReleasedSteps in(ControlFolder control) {
        return new ReleasedSteps(control.path().resolve(FILE));
    }

    /** A last line without its end is of a release that never happened. */
    long read() {
        if (!Files.exists(file)) {
            return 0;
        }
        try {
            String text = Files.readString(file);
            long most = 0;
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                String line = text.substring(from, end).strip();
                from = end + 1;
                most = line.isEmpty() ? most : Math.max(most, Long.parseLong(line));
            }
            return most;
        } catch (IOException | NumberFormatException e) {
            throw new InvalidInputException(
                    "The record of released steps, " + file + ", cannot be read (" + e.getMessage()
                            + "), so what this training has spent is not known. Begin it anew in another folder; all that it"
                            + " reserved counts as spent.",
                    e);
        }
    }

    /**
     * Writes down that so many steps may be released from now on.
     *
     * @throws IOException if that is not on the disk; then nothing may be released
     */
    void write(long steps) throws IOException {
        // A line of its own, should an earlier one lack its end.
        ByteBuffer line = ByteBuffer.wrap(("\n" + steps + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (line.hasRemaining()) {
                out.write(line);
            }
            out.force(true);
        }
    }
}
