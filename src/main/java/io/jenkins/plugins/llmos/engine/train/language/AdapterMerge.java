package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.Safetensors;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds low-rank adapters that lie in a file of their own to the weights of a checkpoint, or takes them out again: W + α/r·B·A
 * and back (Hu et al., ICLR 2022, section 4.1). What is made is a checkpoint like any other.
 */
public final class AdapterMerge {
    private static final String WHAT = "The adapters";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private AdapterMerge() {}

    /**
     * Writes a checkpoint with adapters in its weights, and the adapters beside them.
     *
     * @param base folder of the checkpoint that they were trained on
     * @param adapters their file, {@link GptFiles#ADAPTERS}
     * @param output folder, which must not exist; it is whole or absent
     * @throws InvalidInputException if a file is missing or damaged, or the adapters are not of this model
     */
    public static void merge(Path base, Path adapters, Path output) throws IOException {
        write(base, adapters, 1, output);
    }

    /**
     * Writes a checkpoint without the adapters that its weights hold.
     *
     * @param merged folder of the checkpoint
     * @param adapters their file, {@link GptFiles#ADAPTERS}
     * @param output as of {@link #merge}
     * @throws InvalidInputException as of {@link #merge}
     */
    public static void unmerge(Path merged, Path adapters, Path output) throws IOException {
        write(merged, adapters, -1, output);
    }

    private static void write(Path checkpoint, Path adapters, int sign, Path output) throws IOException {
        GptFiles.requireCheckpoint(sign > 0 ? "The argument 'base'" : "The argument 'model'", checkpoint);
        if (!Files.isRegularFile(adapters)) {
            throw new InvalidInputException("There are no adapters in " + adapters + ". Name the " + GptFiles.ADAPTERS
                    + " that a training with 'lora' wrote.");
        }
        if (Files.exists(output)) {
            throw new InvalidInputException(
                    "The folder " + output + " exists already. Name another one, or remove it.");
        }
        Path whole = output.toAbsolutePath();
        Files.createDirectories(whole.getParent());
        Path beside = Files.createTempDirectory(whole.getParent(), output.getFileName() + ".part");
        try (NDManager manager = NDManager.newBaseManager()) {
            GptConfig config = GptConfig.read(checkpoint.resolve(GptFiles.CONFIG));
            Safetensors.Contents read = Safetensors.read(WHAT, adapters, manager);
            LoraSpec lora = spec(adapters, read);
            Gpt model = new Gpt(config.with(new LoraSpec(lora.rank(), sign * lora.alpha(), lora.targets()), 0));
            model.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
            GptFiles.readParameters(model, checkpoint);
            fill(model, adapters, read.arrays());
            GptFiles.writeCheckpoint(
                    FileAccess.PLAIN, model, Files.readString(checkpoint.resolve(GptFiles.TOKENIZER)), beside);
            if (sign > 0) {
                Files.copy(adapters, beside.resolve(GptFiles.ADAPTERS));
            }
            Files.move(beside, whole, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (Files.exists(beside)) {
                ModelFolder.delete(beside);
            }
        }
    }

    private static LoraSpec spec(Path file, Safetensors.Contents read) {
        Set<String> targets = new TreeSet<>();
        for (String name : read.arrays().keySet()) {
            LoraSpec.LAYERS.stream().filter(l -> name.endsWith("." + l + DOWN)).forEach(targets::add);
        }
        try {
            int rank = Integer.parseInt(read.metadata().getOrDefault("r", "none"));
            double alpha = Double.parseDouble(read.metadata().getOrDefault("lora_alpha", "none"));
            if (rank > 0 && Double.isFinite(alpha) && !targets.isEmpty()) {
                return new LoraSpec(rank, alpha, List.copyOf(targets));
            }
        } catch (NumberFormatException e) {
            throw notAdapters(file, e);
        }
        throw notAdapters(file, null);
    }

    private static InvalidInputException notAdapters(Path file, Exception cause) {
        return new InvalidInputException(
                WHAT + " " + file + " are none that llmosTrain wrote: the file must have arrays such as "
                        + "transformer.h.0.attn.c_attn" + DOWN + ", and say their rank 'r' and 'lora_alpha'.",
                cause);
    }

    private static void fill(Gpt model, Path file, Map<String, NDArray> arrays) {
        Set<String> left = new TreeSet<>(arrays.keySet());
        model.adapters().forEach((name, adapter) -> {
            copy(file, arrays, name + DOWN, adapter.down().getDirectParameters().valueAt(0));
            copy(file, arrays, name + UP, adapter.up().getDirectParameters().valueAt(0));
            left.remove(name + DOWN);
            left.remove(name + UP);
        });
        if (!left.isEmpty()) {
            throw other(file, "it has '" + left.iterator().next() + "', which the model lacks");
        }
    }

    private static void copy(Path file, Map<String, NDArray> arrays, String name, Parameter to) {
        NDArray from = arrays.get(name);
        Shape shape = to.getArray().getShape();
        if (from == null || !from.getShape().equals(shape)) {
            throw other(
                    file,
                    from == null
                            ? "it lacks '" + name + "'"
                            : "'" + name + "' has the shape " + from.getShape() + ", not " + shape);
        }
        from.copyTo(to.getArray());
    }

    private static InvalidInputException other(Path file, String how) {
        return new InvalidInputException(WHAT + " " + file + " are not of this model: " + how
                + ". Name the checkpoint that they were trained on.");
    }
}
