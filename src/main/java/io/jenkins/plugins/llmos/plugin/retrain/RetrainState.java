package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.model.Job;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict.Memory;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.logging.Logger;

/**
 * What a job's trigger remembers. It lies beside the job's configuration and not in it, as a Pipeline that sets its own
 * triggers writes that anew in every build.
 *
 * @param memory of the data that were judged and acted on
 * @param listing what told apart the files that were judged last, null for none
 * @param rule under which they were judged, and for which model
 * @param verdict the last one, null for none
 * @param judged when
 * @param dryRun whether that was to show it only
 */
record RetrainState(
        Memory memory, String listing, String rule, RetrainVerdict verdict, Instant judged, boolean dryRun) {
    private static final Logger LOGGER = Logger.getLogger(RetrainState.class.getName());
    private static final String FILE = "llmos-retrain.json";

    static RetrainState read(Job<?, ?> job) {
        Path file = file(job);
        if (Files.isRegularFile(file)) {
            try {
                RetrainState state = Json.read("The memory of llmosRetrain", file, RetrainState.class);
                return state.memory == null ? none() : state;
            } catch (InvalidInputException e) {
                LOGGER.warning(e.getMessage() + " The job's data count as never seen.");
            }
        }
        return none();
    }

    private static RetrainState none() {
        return new RetrainState(Memory.NONE, null, null, null, null, false);
    }

    void write(Job<?, ?> job) throws IOException {
        Path file = file(job);
        Path part = file.resolveSibling(FILE + ".part");
        Files.writeString(part, Json.pretty(this));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path file(Job<?, ?> job) {
        return job.getRootDir().toPath().resolve(FILE);
    }
}
