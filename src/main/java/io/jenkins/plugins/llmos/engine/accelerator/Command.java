package io.jenkins.plugins.llmos.engine.accelerator;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a vendor's tool, which may be missing, fail, babble or hang. */
final class Command {
    /** More output than this is nothing a probe understands. */
    private static final int LIMIT = 1 << 20;

    /**
     * How a tool ended.
     *
     * @param status exit status, −1 if it was ended because it took too long
     * @param output what it wrote to standard output and error, at most a megabyte
     */
    record Result(int status, String output) {
        boolean timedOut() {
            return status == -1;
        }

        /** The first line that is not blank, shortened, for messages. */
        String firstLine() {
            String line = output.lines()
                    .map(String::strip)
                    .filter(l -> !l.isEmpty())
                    .findFirst()
                    .orElse("no output");
            return line.length() > 200 ? line.substring(0, 200) + "…" : line;
        }
    }

    private Command() {}

    /** Runs a command and, when the time is over, ends it together with all processes it started. */
    static Optional<Result> run(List<String> command, Duration timeout) {
        Path output = null;
        Process process = null;
        try {
            // a file, because a pipe stays open as long as any grandchild lives
            output = Files.createTempFile("llmos-probe", ".txt");
            process = new ProcessBuilder(command)
                    .redirectInput(new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                end(process);
                return Optional.of(new Result(-1, read(output)));
            }
            return Optional.of(new Result(process.exitValue(), read(output)));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(process);
            return Optional.empty();
        } finally {
            delete(output);
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // it lies in the folder of temporary files, which the system empties
        }
    }
}
