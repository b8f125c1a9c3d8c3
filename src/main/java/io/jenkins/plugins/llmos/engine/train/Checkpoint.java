package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Where a training can go on from: one safetensors file, written beside and renamed, so that a process killed at any time
 * leaves the old one or the new one, whole.
 */
final class Checkpoint {
    private static final String WHAT = "The checkpoint";
    static final String FILE = "training.safetensors";
    private static final String KEY = "llmos.progress";

    private final FileAccess access;
    private final Path folder;

    Checkpoint(FileAccess access, Path folder) {
        this.access = access;
        this.folder = folder;
    }

    /**
     * Everything of a training's state that is not an array.
     *
     * @param version of this layout
     * @param training fingerprint of the arguments that shape the result
     * @param data fingerprint of the data
     * @param threads processor threads it ran on; with another number the last bits of a result differ
     * @param step updates made
     * @param epoch whole epochs made
     * @param batch batches made of the epoch under way; with the seed and the epoch it says where the sampler is
     * @param lossSum sum over this epoch's rows so far of the loss
     * @param rowsSeen of this epoch so far
     * @param bestLoss lowest validation loss yet, null before the first
     * @param bestEpoch epoch of the lowest validation loss
     * @param seconds spent training in all attempts
     * @param energy that all attempts took, null if it was not kept
     */
    record Progress(
            int version,
            String training,
            String data,
            int threads,
            long step,
            int epoch,
            long batch,
            double lossSum,
            long rowsSeen,
            Double bestLoss,
            int bestEpoch,
            double seconds,
            Energy energy) {
        static final int VERSION = 1;
    }

    /** The file, whether it is there or not. */
    Path file() {
        return folder.resolve(FILE);
    }

    /**
     * Replaces the checkpoint.
     *
     * @throws IOException if it could not be written, on a full disk say; the old checkpoint is then still there
     */
    void write(Progress progress, Map<String, NDArray> arrays) throws IOException {
        Files.createDirectories(folder);
        Path beside = folder.resolve(FILE + ".tmp");
        try {
            Safetensors.write(
                    access, beside, file().getFileName().toString(), arrays, Map.of(KEY, Json.line(progress)));
        } catch (IOException e) {
            try {
                Files.deleteIfExists(beside);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        Files.move(beside, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    /** A rename is on the disk only when its folder is; not every system lets a folder be opened for that. */
    @SuppressWarnings("EmptyCatch")
    private void syncFolder() {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // On such systems the rename is as durable as the file system makes it.
        }
    }

    /**
     * What a checkpoint holds.
     *
     * @param arrays by name, owned by the manager they were read into
     */
    record Contents(Progress progress, Map<String, NDArray> arrays) {}

    /**
     * Reads the checkpoint.
     *
     * @return null if there is none
     * @throws InvalidInputException if it is damaged or of another version
     */
    Contents read(NDManager manager) {
        if (!Files.exists(file())) {
            return null;
        }
        Vault.requireReadable(access, WHAT, file());
        Safetensors.Contents contents = Safetensors.read(access, WHAT, file(), manager);
        String json = contents.metadata().get(KEY);
        if (json == null) {
            throw new InvalidInputException(WHAT + " " + file() + " is damaged: it does not say how far it is.");
        }
        try {
            Progress progress = Json.parse(json, Progress.class);
            if (progress.version != Progress.VERSION) {
                throw new InvalidInputException(WHAT + " " + file() + " is of version " + progress.version
                        + ", and this program reads version " + Progress.VERSION
                        + ". Go on with the program that wrote it, or remove it to start anew.");
            }
            return new Contents(progress, contents.arrays());
        } catch (JsonParseException e) {
            throw new InvalidInputException(WHAT + " " + file() + " is damaged: " + e.getMessage() + ".", e);
        }
    }
}
