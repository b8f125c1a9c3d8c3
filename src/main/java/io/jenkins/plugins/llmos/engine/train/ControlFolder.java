package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * The folder through which a trainer process and its host speak: {@code spec.json} in, {@code events.jsonl} and
 * {@code trainer.log} out, {@code yield} to ask it to leave, {@code checkpoint/} to go on from.
 *
 * @param path the folder
 */
public record ControlFolder(Path path) {
    /** What a control folder on another machine needs for the training to go on there, relative to the folder; {@link #ID}
     * first, and the checkpoint last, which is to be copied first: the number of released steps must not be older than it.
     */
    public static final List<String> PORTABLE =
            List.of(ControlFolder.ID, "events.jsonl", ReleasedSteps.FILE, "checkpoint/" + Checkpoint.FILE);

    /** The file that {@link #id} is kept in, relative to the folder. */
    public static final String ID = "id";

    public Path spec() {
        return path.resolve("spec.json");
    }

    /** One {@link TrainingEvent} a line; later attempts append. */
    public Path events() {
        return path.resolve("events.jsonl");
    }

    /** What the process wrote to its standard output and error. */
    public Path log() {
        return path.resolve("trainer.log");
    }

    public Path yieldRequest() {
        return path.resolve("yield");
    }

    public Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /** Where a host puts the model that a training is to begin from, if not that in the output folder. */
    public Path warm() {
        return path.resolve("warm");
    }

    /** Encoded data, rebuilt when absent. */
    public Path cache() {
        return path.resolve("cache");
    }

    /**
     * What sets this training apart from every other: made with the folder, kept over all attempts.
     *
     * @throws IOException if the folder cannot be read or written
     */
    public String id() throws IOException {
        Path file = path.resolve(ID);
        if (!Files.exists(file)) {
            Path beside = path.resolve("id.tmp");
            Files.writeString(beside, UUID.randomUUID().toString());
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.readString(file);
    }

    public TrainSpec readSpec() {
        return Json.read("The training specification", spec(), TrainSpec.class);
    }

    /**
     * Makes the folder ready for an attempt: writes the specification and takes back an earlier request to yield.
     *
     * @throws IOException if the folder cannot be written
     */
    public void prepare(TrainSpec spec) throws IOException {
        Files.createDirectories(path);
        Path beside = path.resolve("spec.json.tmp");
        Files.writeString(beside, Json.pretty(spec));
        Files.move(beside, spec(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(yieldRequest());
    }

    /** Asks the trainer to checkpoint and leave. */
    public void requestYield() throws IOException {
        if (!Files.exists(yieldRequest())) {
            Files.createFile(yieldRequest());
        }
    }
}
