package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one run keeps its log, archive, stashes, trainings and report: {@code .llmos/runs/<job>/<number>/} in the
 * workspace. While the run lives its process holds a lock on it, so that a run that was killed can be told from one that
 * still goes on.
 */
public final class RunFolder implements AutoCloseable {
    private final Path all;
    private final Path path;
    private final FileChannel channel;
    private RunRecord current;
    private final boolean resumed;

    private RunFolder(Path all, Path path, FileChannel channel, RunRecord current, boolean resumed) {
        this.all = all;
        this.path = path;
        this.channel = channel;
        this.current = current;
        this.resumed = resumed;
    }

    /** Makes the folder of a new run, or opens the one to go on with. */
    static RunFolder open(RunOptions options, Jenkinsfile jenkinsfile) {
        Path all = options.workspace().resolve(".llmos");
        Path runs = all.resolve("runs").resolve(safe(jenkinsfile.jobName()));
        try {
            Files.createDirectories(runs);
            Path ignore = all.resolve(".gitignore");
            if (!Files.exists(ignore)) {
                Files.writeString(ignore, "*\n");
            }
            return options.resume()
                    ? reopen(all, runs, jenkinsfile, options.resumeNumber())
                    : create(all, runs, jenkinsfile);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The folder of this run cannot be made below " + runs + ": " + e.getMessage()
                            + ". The workspace must be writable.",
                    e);
        }
    }

    private static RunFolder create(Path all, Path runs, Jenkinsfile jenkinsfile) throws IOException {
        int number = numbers(runs).stream().mapToInt(n -> n).max().orElse(0) + 1;
        while (true) {
            Path path = runs.resolve(Integer.toString(number));
            try {
                Files.createDirectory(path);
                RunRecord made = new RunRecord(
                        jenkinsfile.file().toAbsolutePath().normalize().toString(),
                        jenkinsfile.jobName(),
                        number,
                        Instant.now(),
                        null,
                        null,
                        false);
                RunFolder folder = new RunFolder(all, path, lock(path), made, false);
                folder.write(made);
                return folder;
            } catch (FileAlreadyExistsException e) {
                // Another run of the same job started at the same time.
                number++;
            }
        }
    }

    private static RunFolder reopen(Path all, Path runs, Jenkinsfile jenkinsfile, int wanted) throws IOException {
        List<Integer> numbers = new ArrayList<>(numbers(runs));
        numbers.sort(Comparator.reverseOrder());
        String file = jenkinsfile.file().toAbsolutePath().normalize().toString();
        for (int number : numbers) {
            if (wanted != 0 && number != wanted) {
                continue;
            }
            Path path = runs.resolve(Integer.toString(number));
            if (!Files.exists(path.resolve("run.json"))) {
                continue;
            }
            RunRecord found = Json.read("The run", path.resolve("run.json"), RunRecord.class);
            if (wanted == 0 && (!found.unfinished() || !file.equals(found.jenkinsfile()))) {
                continue;
            }
            if (found.result() == Result.SUCCESS) {
                throw new InvalidInputException("Run " + number + " of " + jenkinsfile.jobName()
                        + " ended with success, so there is nothing to go on with. Start a new one without --resume.");
            }
            FileChannel channel = lock(path);
            if (channel == null && wanted == 0) {
                continue;
            }
            if (channel == null) {
                throw new InvalidInputException("Run " + number + " of " + jenkinsfile.jobName()
                        + " is still going on in another process. Wait for its end, or end it.");
            }
            RunFolder folder = new RunFolder(all, path, channel, found.again(), true);
            folder.write(folder.current);
            return folder;
        }
        throw new InvalidInputException(
                wanted == 0
                        ? "There is no unfinished run of " + jenkinsfile.file()
                                + " to go on with. Start one without --resume."
                        : "There is no run " + wanted + " of " + jenkinsfile.jobName() + ". There "
                                + (numbers.isEmpty() ? "is none yet." : "are: " + numbers + "."));
    }

    private static List<Integer> numbers(Path runs) throws IOException {
        try (Stream<Path> list = Files.list(runs)) {
            return list.map(p -> p.getFileName().toString())
                    .filter(n -> n.matches("\\d{1,9}"))
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    /** The lock's channel, or null if another process holds it. */
    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this process.
        }
        channel.close();
        return null;
    }

    private void write(RunRecord to) throws IOException {
        Path beside = path.resolve("run.json.tmp");
        Files.writeString(beside, Json.pretty(to));
        Files.move(
                beside, path.resolve("run.json"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        current = to;
    }

    void ended(Result result, boolean resumable) throws IOException {
        write(current.ended(result, resumable));
    }

    /** How the run before this one ended, or null if there was none or it has no result. */
    Result previousResult() {
        for (int n = number() - 1; n > 0; n--) {
            Path file = path.resolveSibling(Integer.toString(n)).resolve("run.json");
            if (Files.exists(file)) {
                return Json.read("The run", file, RunRecord.class).result();
            }
        }
        return null;
    }

    /** A name as a file name: other characters are replaced, and a hash then keeps different names apart. */
    static String safe(String name) {
        String s = name.replaceAll("[^A-Za-z0-9._-]", "_");
        if (s.equals(name) && !s.startsWith(".") && !s.isEmpty() && s.length() <= 80) {
            return s;
        }
        String cut = s.length() > 60 ? s.substring(0, 60) : s;
        return (cut.startsWith(".") ? "_" + cut : cut) + "-" + Integer.toHexString(name.hashCode());
    }

    /** The folder of all runs of the workspace. */
    Path all() {
        return all;
    }

    public Path path() {
        return path;
    }

    public String job() {
        return current.job();
    }

    public int number() {
        return current.number();
    }

    Instant started() {
        return current.started();
    }

    /** Whether an earlier process has begun this run. */
    public boolean resumed() {
        return resumed;
    }

    Path log() {
        return path.resolve("log");
    }

    public Path archive() {
        return path.resolve("archive");
    }

    Path stash(String name) {
        return path.resolve("stashes").resolve(safe(name));
    }

    /** The control folder of a training. */
    public Path training(String key) {
        return path.resolve("trainings").resolve(key);
    }

    Path checkpoints(String key) {
        return path.resolve("checkpoints").resolve(key);
    }

    public Path report() {
        return path.resolve("report.html");
    }

    Path temporary() {
        return path.resolve("tmp");
    }

    Path temporaryFile(String prefix, String suffix) throws IOException {
        Files.createDirectories(temporary());
        return Files.createTempFile(temporary(), prefix, suffix);
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(temporary());
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
