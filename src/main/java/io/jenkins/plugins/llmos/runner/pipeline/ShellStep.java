package io.jenkins.plugins.llmos.runner.pipeline;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@code sh}: runs a script as Jenkins does, with {@code sh -xe} or what its first line names. When it is interrupted, the
 * script gets SIGTERM, and after a grace time it is killed with all it started.
 */
final class ShellStep {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(3);

    private ShellStep() {}

    static StepDefinition definition() {
        return StepDefinition.plain(
                        "sh", List.of("script", "returnStdout", "returnStatus", "label", "encoding"), ShellStep::run)
                .onNode();
    }

    private static Object run(StepCall call) throws Exception {
        String script = call.required("script");
        boolean returnStdout = call.flag("returnStdout");
        boolean returnStatus = call.flag("returnStatus");
        if (returnStdout && returnStatus) {
            throw new StepFailure("sh takes returnStdout or returnStatus, not both.");
        }
        Charset charset = FileSteps.charset(call.text("encoding", null));
        Files.createDirectories(call.folder());
        Path file = call.build().folder().temporaryFile("script", ".sh");
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(script.getBytes(charset));
        }
        try {
            Process process = start(call, script, file, returnStdout);
            ByteArrayOutputStream stdout = new ByteArrayOutputStream();
            Context context = call.context();
            Thread reader = returnStdout
                    ? reading(() -> process.getInputStream().transferTo(stdout))
                    : logging(process.getInputStream(), charset, line -> call.build()
                            .log(context, line));
            Thread errors = returnStdout
                    ? logging(process.getErrorStream(), charset, line -> call.build()
                            .log(context, line))
                    : null;
            int status = await(call, process);
            // What the script left running in the background may hold its output open for ever.
            reader.join(LAST_OUTPUT.toMillis());
            if (errors != null) {
                errors.join(LAST_OUTPUT.toMillis());
            }
            if (returnStatus) {
                return status;
            }
            if (status != 0) {
                throw new StepFailure("script returned exit code " + status);
            }
            return returnStdout ? stdout.toString(charset) : null;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Process start(StepCall call, String script, Path file, boolean apart) throws IOException {
        List<String> command = new ArrayList<>();
        // Ctrl-C reaches everything in the terminal; the run decides what becomes of its steps, as Jenkins does.
        command.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        if (script.startsWith("#!")) {
            if (!file.toFile().setExecutable(true)) {
                throw new StepFailure("sh cannot make its script " + file + " executable.");
            }
            command.add(file.toString());
        } else {
            command.addAll(List.of("sh", "-xe", file.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(call.folder().toFile())
                .redirectErrorStream(!apart)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(call.build().environment().all());
        return builder.start();
    }

    private static int await(StepCall call, Process process) throws InterruptedException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Interruption interruption = call.strand().take();
            call.log("sh is ended: " + (interruption == null ? "interrupted" : interruption.getMessage()));
            end(process);
            if (interruption != null) {
                throw interruption;
            }
            throw e;
        }
    }

    private static void end(Process process) {
        // The script first: it must hear of the signal before it sees its commands die of it.
        List<ProcessHandle> tree = new ArrayList<>(List.of(process.toHandle()));
        process.descendants().forEach(tree::add);
        tree.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        boolean interrupted = false;
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline && !interrupted) {
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                // Asked again: do not wait out the grace time.
                interrupted = true;
            }
        }
        process.descendants().forEach(tree::add);
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    private static Thread logging(InputStream stream, Charset charset, Consumer<String> line) {
        return reading(() -> {
            try (BufferedReader r = new BufferedReader(new InputStreamReader(stream, charset))) {
                for (String l = r.readLine(); l != null; l = r.readLine()) {
                    line.accept(l);
                }
            }
        });
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static Thread reading(Reading reading) {
        Thread t = new Thread(() -> {
            try {
                reading.run();
            } catch (IOException e) {
                // The stream closes under its reader when the process is killed.
                return;
            }
        });
        t.setDaemon(true);
        t.start();
        return t;
    }
}
