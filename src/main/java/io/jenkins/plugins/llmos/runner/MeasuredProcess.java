package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.TrainerProcess.Launch;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program in a process of its own with a trainer's settings, so that what is measured is what a training would see. */
final class MeasuredProcess {
    private MeasuredProcess() {}

    /**
     * What a command says.
     *
     * @param arguments of this program
     * @return its standard output
     * @throws IOException if it cannot be started or fails
     */
    static String output(List<String> arguments) throws IOException, InterruptedException {
        Process process = builder(arguments, Precision.FLOAT32)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("the process that measures failed: " + String.join(" ", arguments));
        }
        return text;
    }

    /**
     * Runs a command that shows what it says.
     *
     * @param arguments of this program
     * @return its exit code
     * @throws IOException if it cannot be started
     */
    static int run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, Precision.FLOAT32);
    }

    /** The same with the settings of a training in a precision. */
    static int run(List<String> arguments, Precision precision) throws IOException, InterruptedException {
        return builder(arguments, precision).inheritIO().start().waitFor();
    }

    private static ProcessBuilder builder(List<String> arguments, Precision precision) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        Launch.withThreads(Launch.threads(System.getenv(), Runtime.getRuntime().availableProcessors(), 1))
                .withPrecision(precision)
                .setEnvironment(builder.environment());
        return builder;
    }
}
