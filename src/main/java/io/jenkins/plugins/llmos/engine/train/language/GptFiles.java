package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.Safetensors;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** GPT-2's checkpoints in the layout of Hugging Face: {@code config.json}, {@code model.safetensors}, {@code tokenizer.json}. */
public final class GptFiles {
    public static final String CONFIG = "config.json";
    public static final String PARAMETERS = "model.safetensors";
    public static final String TOKENIZER = "tokenizer.json";
    /** Adapters apart, from which and {@link #PARAMETERS} the base can be had again. */
    public static final String ADAPTERS = "lora.safetensors";

    private static final String PREFIX = "transformer.";

    private GptFiles() {}

    /**
     * Refuses a folder that lacks a file of a checkpoint.
     *
     * @param what what names the folder, such as {@code llmosTrain's argument 'from'}
     * @throws InvalidInputException if one is missing or encrypted
     */
    public static void requireCheckpoint(String what, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(what + " names " + folder + ", which "
                    + (Files.exists(folder) ? "is no folder" : "does not exist")
                    + ". Name the folder of a checkpoint or of a trained model.");
        }
        for (String file : List.of(CONFIG, PARAMETERS, TOKENIZER)) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new InvalidInputException(what + " names " + folder + ", which has no " + file
                        + ". A checkpoint of a language model has " + CONFIG + ", " + PARAMETERS + " and " + TOKENIZER
                        + ".");
            }
            if (isEncrypted(folder.resolve(file))) {
                throw new InvalidInputException(what + " names " + folder + ", whose " + file
                        + " is encrypted. A training begins with clear checkpoints only; decrypt it first.");
            }
        }
    }

    private static boolean isEncrypted(Path file) {
        try {
            return Vault.isEncrypted(file);
        } catch (IOException e) {
            throw new InvalidInputException("The checkpoint " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Refuses a tokenizer that has ids which a model has not.
     *
     * @param folder of both, named in the error
     * @throws InvalidInputException if it has
     */
    public static void requireTokenizer(TextTokenizer tokenizer, GptConfig config, Path folder) {
        if (tokenizer.size() > config.vocabulary()) {
            throw new InvalidInputException("The checkpoint " + folder + " has a tokenizer of " + tokenizer.size()
                    + " ids and a model of " + config.vocabulary() + ". They are not of the same model.");
        }
    }

    /**
     * Refuses a checkpoint that lacks an array of a model, before the model takes memory: a damaged configuration may ask
     * for any amount.
     *
     * @throws InvalidInputException if an array is missing or of another shape
     */
    public static void requireArrays(GptConfig config, Path folder) {
        Path path = folder.resolve(PARAMETERS);
        try (TensorFile file = TensorFile.open(path)) {
            if (config.layers() > file.places().size()) {
                throw new InvalidInputException("The checkpoint " + path + " has "
                        + file.places().size() + " arrays, too few for the " + config.layers() + " layers of its "
                        + CONFIG + ". They are not of the same model.");
            }
            boolean prefixed = isPrefixed(file);
            config.arrays().forEach((name, shape) -> file.require(stored(name, prefixed), shape));
        }
    }

    /** Checkpoints of the bare transformer leave the prefix out. */
    private static boolean isPrefixed(TensorFile file) {
        return file.places().keySet().stream().anyMatch(n -> n.startsWith(PREFIX));
    }

    private static String stored(String name, boolean prefixed) {
        return prefixed ? name : name.substring(PREFIX.length());
    }

    /**
     * Fills a model's parameters from a checkpoint; adapters are left as they are.
     *
     * @throws InvalidInputException if the file is damaged or not of this model
     */
    public static void readParameters(Gpt model, Path folder) {
        Path path = folder.resolve(PARAMETERS);
        try (TensorFile file = TensorFile.open(path)) {
            boolean prefixed = isPrefixed(file);
            Set<String> unknown = new TreeSet<>(file.places().keySet());
            Map<String, Shape> shapes = model.config().arrays();
            model.named().forEach((name, parameter) -> {
                String stored = stored(name, prefixed);
                unknown.remove(stored);
                NDArray to = parameter.getArray();
                try (NDManager manager = to.getManager().newSubManager()) {
                    NDArray from = file.floats(manager, stored, shapes.get(name));
                    (GptConfig.isTransposed(name) ? from.transpose() : from).copyTo(to);
                }
                requireFinite(path, stored, to);
            });
            // Causal masks, which are no parameters, and the output layer, which is the embedding again.
            unknown.removeIf(
                    n -> n.endsWith(".attn.bias") || n.endsWith(".attn.masked_bias") || n.equals("lm_head.weight"));
            if (!unknown.isEmpty()) {
                throw new InvalidInputException("The checkpoint " + path + " has the array '"
                        + unknown.iterator().next() + "', which the model of its " + CONFIG
                        + " lacks. They are not of the same model.");
            }
        }
    }

    private static void requireFinite(Path path, String name, NDArray array) {
        try (NDArray least = array.min();
                NDArray most = array.max()) {
            if (!Float.isFinite(least.getFloat()) || !Float.isFinite(most.getFloat())) {
                throw new InvalidInputException("The checkpoint " + path + " has numbers in the array '" + name
                        + "' that are not finite, so nothing can be computed with it. It is damaged, or its training"
                        + " diverged.");
            }
        }
    }

    /**
     * The same of a file that may be encrypted.
     *
     * @throws InvalidInputException as above
     */
    public static void readParameters(FileAccess access, Gpt model, Path folder) {
        if (!access.encrypts()) {
            readParameters(model, folder);
            return;
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = Safetensors.read(
                            access, "The model's parameters", folder.resolve(PARAMETERS), manager)
                    .arrays();
            model.named().forEach((name, parameter) -> {
                NDArray from = arrays.get(name);
                if (from == null
                        || !from.getShape().equals(model.config().arrays().get(name))) {
                    throw new InvalidInputException("The model's parameters in " + folder + " lack '" + name + "'.");
                }
                (GptConfig.isTransposed(name) ? from.transpose() : from).copyTo(parameter.getArray());
            });
        }
    }

    /**
     * Writes a checkpoint into a folder, adapters added to the weights and besides apart.
     *
     * @param tokenizer the text of {@code tokenizer.json}
     * @return the names of the files
     */
    public static List<String> write(FileAccess access, Gpt model, String tokenizer, Path folder) throws IOException {
        writeCheckpoint(access, model, tokenizer, folder);
        Map<String, AdaptedDense> adapters = model.adapters();
        if (adapters.isEmpty()) {
            return List.of(CONFIG, TOKENIZER, PARAMETERS);
        }
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        adapters.forEach((name, adapter) -> {
            arrays.put(
                    name + ".lora_A.weight",
                    adapter.down().getDirectParameters().valueAt(0).getArray());
            arrays.put(
                    name + ".lora_B.weight",
                    adapter.up().getDirectParameters().valueAt(0).getArray());
        });
        LoraSpec lora = model.config().lora();
        Safetensors.write(
                access,
                folder.resolve(ADAPTERS),
                ADAPTERS,
                arrays,
                Map.of("r", Integer.toString(lora.rank()), "lora_alpha", Double.toString(lora.alpha())));
        return List.of(CONFIG, TOKENIZER, PARAMETERS, ADAPTERS);
    }

    /** Writes the three files of a checkpoint, adapters added to the weights. */
    static void writeCheckpoint(FileAccess access, Gpt model, String tokenizer, Path folder) throws IOException {
        access.writeText(
                folder.resolve(CONFIG), CONFIG, model.config().with(null, 0).json());
        access.writeText(folder.resolve(TOKENIZER), TOKENIZER, tokenizer);
        Map<String, AdaptedDense> adapters = model.adapters();
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            model.named().forEach((name, parameter) -> {
                NDArray array = parameter.getArray();
                AdaptedDense adapter =
                        name.endsWith(".weight") ? adapters.get(name.substring(0, name.length() - 7)) : null;
                if (adapter != null) {
                    array = attached(manager, array.add(attached(manager, adapter.change())));
                }
                if (GptConfig.isTransposed(name)) {
                    array = attached(
                            manager, attached(manager, array.transpose()).duplicate());
                }
                arrays.put(name, array);
            });
            Safetensors.write(access, folder.resolve(PARAMETERS), PARAMETERS, arrays, Map.of("format", "pt"));
        }
    }

    private static NDArray attached(NDManager manager, NDArray array) {
        array.attach(manager);
        return array;
    }
}
