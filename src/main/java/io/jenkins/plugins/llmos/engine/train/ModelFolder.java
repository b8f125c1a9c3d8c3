package io.jenkins.plugins.llmos.engine.train;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.TensorFile;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A trained model on disk: {@code model.json}, the parameters in DJL's format ({@code model-0000.params}) and as {@code
 * model.safetensors}; of a language model {@code model.json} and a checkpoint in the layout of Hugging Face. Written beside
 * and renamed, so that it is whole or absent.
 */
public final class ModelFolder {
    /** The model card. */
    public static final String CARD = "model.json";

    /** What the data were like that the model was trained on; not kept of private and encrypted ones. */
    public static final String PROFILE = "profile.json";

    private static final String NAME = "model";
    private static final String PARAMETERS = "model-0000.params";
    private static final String SAFETENSORS = "model.safetensors";

    private ModelFolder() {}

    /** Whether a folder is empty or holds a trained model, so that a new one may take its place. */
    static boolean isReplaceable(Path folder) {
        if (Files.isRegularFile(folder.resolve(CARD))) {
            return Files.isRegularFile(folder.resolve(SAFETENSORS));
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes a model.
     *
     * @param tokenizer the text of a language model's {@code tokenizer.json}, otherwise null
     * @param profile of the data, null if it is not to be kept
     * @throws IOException if it cannot be written; nothing of it is then left, and what was there before still is
     */
    static void write(
            FileAccess access,
            Network network,
            String tokenizer,
            TrainSpec spec,
            String training,
            String data,
            Map<String, Double> metrics,
            Map<String, Object> result,
            DataProfile profile)
            throws IOException {
        if (profile != null && (spec.privacy() != null || access.encrypts())) {
            throw new IllegalArgumentException("the distributions of private or encrypted data are not to be kept");
        }
        Path output = spec.output().toAbsolutePath();
        Files.createDirectories(output.getParent());
        Path beside = Files.createTempDirectory(output.getParent(), "." + output.getFileName() + ".new");
        try {
            Map<String, String> files = new LinkedHashMap<>();
            for (String file : writeParameters(access, network, tokenizer, beside)) {
                files.put(file, sha256(access, beside.resolve(file)));
            }
            if (profile != null) {
                access.writeText(beside.resolve(PROFILE), PROFILE, Json.line(profile) + "\n");
            }
            ModelCard card = new ModelCard(
                    ModelCard.FORMAT,
                    training,
                    Instant.now(),
                    spec,
                    network.schema(),
                    metrics,
                    result,
                    data,
                    spec.seed(),
                    versions(),
                    files,
                    null);
            access.writeText(beside.resolve(CARD), CARD, Json.pretty(card));
            replace(beside, spec, output);
        } finally {
            delete(beside);
        }
    }

    /**
     * Writes the figures of a report into a model's card, in the place of those of an earlier one.
     *
     * @throws IOException if it cannot be written; the card is then as it was
     */
    public static void addReport(FileAccess access, Path folder, ModelCard card, Map<String, Double> figures)
            throws IOException {
        Path beside = folder.resolve(CARD + ".part");
        access.writeText(beside, CARD, Json.pretty(card.withReport(figures)));
        Files.move(beside, folder.resolve(CARD), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the names of the files. */
    private static List<String> writeParameters(FileAccess access, Network network, String tokenizer, Path folder)
            throws IOException {
        if (network.block() instanceof Gpt model) {
            return GptFiles.write(access, model, tokenizer, folder);
        }
        Safetensors.write(
                access, folder.resolve(SAFETENSORS), SAFETENSORS, network.parameters(), Map.of("format", "pt"));
        if (access.encrypts()) {
            return List.of(SAFETENSORS);
        }
        saveAsDjlDoes(network, folder);
        return List.of(PARAMETERS, SAFETENSORS);
    }

    /** DJL writes files alone, so an encrypted model does without this one. */
    private static void saveAsDjlDoes(Network network, Path folder) throws IOException {
        try (Model model = Model.newInstance(NAME)) {
            model.setBlock(network.block());
            model.setProperty("Epoch", "0");
            model.save(folder, NAME);
        }
    }

    private static String sha256(FileAccess access, Path file) throws IOException {
        try (InputStream in = access.read(file)) {
            return Hashes.sha256(in);
        }
    }

    private static void replace(Path beside, TrainSpec spec, Path output) throws IOException {
        spec.requireFreeOutput();
        Path old = output.resolveSibling(
                "." + output.getFileName() + ".old" + ProcessHandle.current().pid());
        boolean replaces = Files.exists(output);
        if (replaces) {
            Files.move(output, old, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(beside, output, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (replaces) {
                Files.move(old, output, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
        if (replaces) {
            delete(old);
        }
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        String own = ModelFolder.class.getPackage().getImplementationVersion();
        versions.put("llmos", own == null ? "development" : own);
        versions.put("djl", Engine.getDjlVersion());
        versions.put(Engine.getInstance().getEngineName(), Engine.getInstance().getVersion());
        versions.put("java", Runtime.version().toString());
        return versions;
    }

    /** Removes a folder and all in it, if it is there. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    /** Whether a folder is one that {@link #write} wrote. */
    static boolean hasCard(Path folder) {
        return Files.isRegularFile(folder.resolve(CARD));
    }

    /** The card of the model in a folder, or null if there is none that can be read. */
    static ModelCard cardIfAny(FileAccess access, Path folder) {
        try {
            return Files.isRegularFile(folder.resolve(CARD)) ? readCard(access, folder) : null;
        } catch (InvalidInputException e) {
            return null;
        }
    }

    /**
     * The profile of the data that a model was trained on, or null if none was kept.
     *
     * @throws InvalidInputException if it cannot be read
     */
    public static DataProfile readProfile(Path folder) {
        Path file = folder.resolve(PROFILE);
        return Files.isRegularFile(file) ? Json.read("The data profile", file, DataProfile.class) : null;
    }

    /**
     * Reads a model's card.
     *
     * @throws InvalidInputException if the folder holds no model, a damaged one, or one of another version
     */
    public static ModelCard readCard(Path folder) {
        return readCard(FileAccess.PLAIN, folder);
    }

    /**
     * Reads a model's card, encrypted or not.
     *
     * @throws InvalidInputException as above, or if the card is not readable with that access
     */
    public static ModelCard readCard(FileAccess access, Path folder) {
        Path file = folder.resolve(CARD);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(folder + " is no model folder: it has no " + CARD
                    + ". Name a folder that llmosTrain wrote as its output.");
        }
        Vault.requireReadable(access, "The model card", file);
        JsonObject json = Json.read(access, "The model card", file, JsonObject.class);
        if (!json.has("format") || !json.get("format").isJsonPrimitive()) {
            throw new InvalidInputException("The model card " + file + " is damaged: it does not tell its format.");
        }
        String format = json.get("format").getAsString();
        if (!format.equals(Integer.toString(ModelCard.FORMAT))) {
            throw new InvalidInputException("The model in " + folder + " is of format " + format
                    + ", and this program reads format " + ModelCard.FORMAT
                    + ". Use the version of LLMOS that wrote it, or train it again.");
        }
        ModelCard card = Json.read(access, "The model card", file, ModelCard.class);
        if (card.schema() == null || card.spec() == null || card.files() == null) {
            throw new InvalidInputException("The model card " + file + " is damaged: it lacks "
                    + (card.schema() == null ? "'schema'" : card.spec() == null ? "'spec'" : "'files'") + ".");
        }
        return card;
    }

    /**
     * Reads a model.
     *
     * @throws InvalidInputException if the folder holds no model, a damaged one, or one of another version
     */
    public static Network read(Path folder) {
        return read(FileAccess.PLAIN, folder);
    }

    /**
     * Reads a model, encrypted or not.
     *
     * @throws InvalidInputException as above
     */
    public static Network read(FileAccess access, Path folder) {
        ModelCard card = readCard(access, folder);
        try {
            requireFiles(access, card, folder);
            if (card.schema().language() != null) {
                return Network.ofCheckpoint(access, card.schema().trained(), folder);
            }
            if (access.encrypts()) {
                return withParameters(access, card, folder);
            }
            return Network.load(card.spec().model(), card.schema(), folder, NAME);
        } catch (IOException e) {
            throw new InvalidInputException("The model in " + folder + " cannot be read: " + e.getMessage() + ".", e);
        } catch (MalformedModelException | JsonParseException | IllegalArgumentException e) {
            throw damaged(folder, e.getMessage());
        }
    }

    private static void requireFiles(FileAccess access, ModelCard card, Path folder) throws IOException {
        for (Map.Entry<String, String> file : card.files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)) {
                throw damaged(folder, file.getKey() + " is missing");
            }
            if (!sha256(access, path).equals(file.getValue())) {
                throw damaged(folder, file.getKey() + " is not the file that was written");
            }
        }
    }

    /**
     * Checks that a folder holds a model whose files are those that were written, or a checkpoint of a language model.
     *
     * @return the text of its card, null for a checkpoint, which has none
     * @throws InvalidInputException if it does not
     */
    public static String check(FileAccess access, Path folder) {
        if (!hasCard(folder) && Files.isRegularFile(folder.resolve(GptFiles.CONFIG))) {
            GptFiles.requireCheckpoint("'model'", folder);
            GptConfig.read(folder.resolve(GptFiles.CONFIG));
            TensorFile.open(folder.resolve(GptFiles.PARAMETERS)).close();
            return null;
        }
        ModelCard card = readCard(access, folder);
        try {
            requireFiles(access, card, folder);
            return access.readText(folder.resolve(CARD));
        } catch (IOException e) {
            throw new InvalidInputException("The model in " + folder + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static Network withParameters(FileAccess access, ModelCard card, Path folder) {
        Network network = Network.create(card.spec().model(), card.schema(), card.seed());
        try (NDManager reading = NDManager.newBaseManager()) {
            network.setParameters(
                    Safetensors.read(access, "The model's parameters", folder.resolve(SAFETENSORS), reading)
                            .arrays());
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static InvalidInputException damaged(Path folder, String how) {
        return new InvalidInputException("The model in " + folder + " is damaged: " + how
                + ". Take it from where it was copied again, or train it again.");
    }
}
