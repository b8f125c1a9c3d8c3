package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A report made by a JVM of its own, seen from its host: whatever becomes of the library that computes, the host is none the
 * worse.
 */
public final class ReportProcess {
    static final String REQUEST = "request.json";
    static final String OUTCOME = "outcome.json";
    private static final String LOG = "report.log";

    private ReportProcess() {}

    /**
     * What came of it.
     *
     * @param report null if there is an error
     * @param error what the user did wrong, or what went wrong
     * @param fault whether it was no fault of the user's
     */
    record Outcome(ModelReport report, String error, boolean fault) {}

    /**
     * Makes a report and waits for it. An interrupt ends the process.
     *
     * @param folder of its own, made if need be; its files are of no use afterwards
     * @param launch how to start the process
     * @throws InvalidInputException if the model or the rows cannot be used, or are secret
     * @throws IOException if the process failed
     */
    public static ModelReport run(ReportSpec spec, Path folder, TrainerProcess.Launch launch)
            throws IOException, InterruptedException {
        spec.requireInputs();
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve(OUTCOME));
        Files.writeString(folder.resolve(REQUEST), Json.line(spec));
        Path log = folder.resolve(LOG);
        Process process =
                launch.builder(ReportMain.class.getName(), folder, log).start();
        try {
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        Path file = folder.resolve(OUTCOME);
        if (!Files.exists(file)) {
            throw new IOException("The process that makes the report ended with exit code " + process.exitValue()
                    + " before it could say why"
                    + (process.exitValue() == 137 ? " (it was killed; the machine may be short of memory)" : "")
                    + ". It printed: " + Files.readString(log).strip());
        }
        Outcome outcome = Json.read("The outcome", file, Outcome.class);
        if (outcome.error != null) {
            if (outcome.fault) {
                throw new IOException(outcome.error);
            }
            throw new InvalidInputException(outcome.error);
        }
        return outcome.report;
    }
}
