package io.jenkins.plugins.llmos.engine.privacy.audit;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileLocks;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of records that only grows, one a line: SHA-256 of the line before's digest and the text, in hex, a space, and
 * the text. A record is on the disk when {@link Session#append} returns. Beside the file lie {@code .lock}, which lets one
 * process at a time in, and {@code .head}, a copy of the last line that an append has returned for.
 *
 * <p>What a crash leaves behind the last whole record was never acknowledged; it is moved to a file of its own and
 * reported. A last record that was acknowledged and is damaged or gone is put back from {@code .head}. Damage before that
 * cannot come from a crash, so the file is refused.
 *
 * <p>The chain shows accidents and careless edits. Who can write the file can also compute a new chain.
 */
public final class ChainedLog {
    private static final String START = "0".repeat(64);

    private final Path file;
    private final String what;
    private final Duration patience;

    /**
     * @param file need not exist; its folder is made when the first record is
     * @param what what the file is, such as {@code The privacy ledger}, for messages
     * @param patience how long to wait for another process or thread
     */
    public ChainedLog(Path file, String what, Duration patience) {
        this.file = file.toAbsolutePath().normalize();
        this.what = what;
        this.patience = patience;
    }

    public Path file() {
        return file;
    }

    /** Whether anything was ever recorded. */
    public boolean exists() {
        return Files.exists(file) || Files.exists(beside(".head"));
    }

    /**
     * Lets the caller in alone and checks the whole file.
     *
     * @throws InvalidInputException if another process keeps it, it is damaged before its end, or it cannot be read
     */
    public Session open() {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw failed("its folder cannot be made", e);
        }
        FileLocks.Held lock = FileLocks.acquire(beside(".lock"), what + " " + file, patience);
        try {
            return new Session(lock);
        } catch (IOException e) {
            lock.close();
            throw failed("it cannot be read", e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private InvalidInputException failed(String why, IOException e) {
        return new InvalidInputException(
                what + " " + file + " cannot be used: " + why + " (" + describe(e) + "). Nothing was recorded.", e);
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    /** Streams, because an interrupted thread can use no channel, and a build that is aborted still has to settle. */
    private static byte[] bytesOf(Path from) throws IOException {
        try (FileInputStream in = new FileInputStream(from.toFile())) {
            return in.readAllBytes();
        }
    }

    private static void put(Path to, byte[] bytes) throws IOException {
        try (FileOutputStream out = new FileOutputStream(to.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
    }

    private static String digest(String before, String text) {
        return Hashes.sha256((before + " " + text).getBytes(StandardCharsets.UTF_8));
    }

    /** The file while nobody else can change it. */
    public final class Session implements AutoCloseable {
        private final FileLocks.Held lock;
        private final List<String> records = new ArrayList<>();
        private final List<String> repairs = new ArrayList<>();
        private String last = START;
        private long end;
        private boolean interrupted;

        private Session(FileLocks.Held lock) throws IOException {
            this.lock = lock;
            this.interrupted = Thread.interrupted();
            byte[] bytes = Files.exists(file) ? bytesOf(file) : new byte[0];
            read(bytes);
            mend(bytes);
        }

        private void read(byte[] bytes) {
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] != '\n') {
                    continue;
                }
                Optional<String> text = follows(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                if (text.isEmpty()) {
                    break;
                }
                accept(text.get());
                from = i + 1;
            }
            end = from;
        }

        /** The text of a line if its digest follows from the one before. */
        private Optional<String> follows(String line) {
            if (line.length() < 66 || line.charAt(64) != ' ') {
                return Optional.empty();
            }
            String text = line.substring(65);
            return digest(last, text).equals(line.substring(0, 64)) ? Optional.of(text) : Optional.empty();
        }

        private void accept(String text) {
            last = digest(last, text);
            records.add(text);
        }

        private void mend(byte[] bytes) throws IOException {
            byte[] tail = Arrays.copyOfRange(bytes, (int) end, bytes.length);
            for (int i = 0; i < tail.length - 1; i++) {
                if (tail[i] == '\n') {
                    throw new InvalidInputException(what + " " + file + " is damaged at line " + (records.size() + 1)
                            + ", with more lines behind it, which no crash does: the file was changed by something"
                            + " else. Nothing is read from it or written to it. Restore it from a backup.");
                }
            }
            Path headFile = beside(".head");
            String[] head = Files.exists(headFile)
                    ? new String(bytesOf(headFile), StandardCharsets.UTF_8).split(" ", 2)
                    : new String[] {"0", ""};
            long acknowledged = acknowledged(head);
            if (acknowledged > records.size() + 1
                    || (acknowledged == records.size() + 1
                            && follows(head[1].stripTrailing()).isEmpty())) {
                throw new InvalidInputException(what + " " + file + " has only " + records.size() + " whole record"
                        + (records.size() == 1 ? "" : "s") + ", but at least " + acknowledged
                        + " were written, as " + headFile.getFileName()
                        + " beside it tells: its end was cut off or an older copy was put in its place. Nothing is read"
                        + " from it or written to it. Restore it from a backup.");
            }
            if (tail.length > 0) {
                Path side = aside();
                put(side, tail);
                truncate();
                repairs.add(
                        what + " " + file + " ended in " + tail.length + " bytes that are no whole record, as a crash"
                                + " leaves them. They were moved to " + side.getFileName() + " beside it.");
            }
            if (acknowledged == records.size() + 1) {
                write(follows(head[1].stripTrailing()).orElseThrow());
                repairs.add("The last record of " + what.substring(0, 1).toLowerCase(java.util.Locale.ROOT)
                        + what.substring(1) + " " + file + " was damaged or gone; it was put back from "
                        + headFile.getFileName() + ".");
            }
        }

        private static long acknowledged(String[] head) {
            try {
                return head.length < 2 ? 0 : Long.parseLong(head[0]);
            } catch (NumberFormatException e) {
                // The copy is replaced whole, so this is no crash's doing; the file's own chain still holds.
                return 0;
            }
        }

        private Path aside() {
            for (int n = 1; ; n++) {
                Path side = beside(".damaged-" + n);
                if (!Files.exists(side)) {
                    return side;
                }
            }
        }

        /** All records, oldest first. */
        public List<String> records() {
            return List.copyOf(records);
        }

        /** What was found damaged and mended when this was opened, one sentence each. */
        public List<String> repairs() {
            return List.copyOf(repairs);
        }

        /**
         * Adds a record and waits until it is on the disk.
         *
         * @param text one line
         * @throws InvalidInputException if it cannot be written; then it may or may not be there later
         */
        public void append(String text) {
            if (text.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("a record is one line");
            }
            try {
                write(text);
                String line = records.size() + " " + last + " " + text + "\n";
                Path beside = beside(".head.tmp");
                put(beside, line.getBytes(StandardCharsets.UTF_8));
                Files.move(
                        beside, beside(".head"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                syncFolder();
            } catch (IOException e) {
                throw new InvalidInputException(
                        what + " " + file + " cannot be written: " + describe(e)
                                + ". Free space or mend the disk and try again.",
                        e);
            }
        }

        private void write(String text) throws IOException {
            boolean made = !Files.exists(file);
            String line = digest(last, text) + " " + text + "\n";
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.seek(end);
                out.write(bytes);
                out.getFD().sync();
            } catch (IOException e) {
                truncateQuietly(e);
                throw e;
            }
            if (made) {
                syncFolder();
            }
            end += bytes.length;
            accept(text);
        }

        private void truncate() throws IOException {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.setLength(end);
                out.getFD().sync();
            }
        }

        private void truncateQuietly(IOException because) {
            try {
                if (Files.exists(file)) {
                    truncate();
                }
            } catch (IOException e) {
                // Whoever opens it next sets the torn record aside.
                because.addSuppressed(e);
            }
        }

        private void syncFolder() throws IOException {
            if (System.getProperty("os.name").startsWith("Windows")) {
                return; // Folders cannot be opened there, and names are journalled by the file system.
            }
            while (true) {
                try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                    folder.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        }

        @Override
        public void close() {
            lock.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads all records, for those who only look. */
    public List<String> read() {
        if (!exists()) {
            return List.of();
        }
        try (Session session = open()) {
            return session.records();
        }
    }
}
