package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.Generator;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.train.language.TextTokenizer;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A language model on disk that goes on with texts. */
public final class TextGenerator implements AutoCloseable {
    private final Network network;
    private final TextTokenizer tokenizer;

    private TextGenerator(Network network, TextTokenizer tokenizer) {
        this.network = network;
        this.tokenizer = tokenizer;
    }

    /**
     * Reads a model that {@code llmosTrain} wrote, or a checkpoint of GPT-2 in the layout of Hugging Face.
     *
     * @param access how its files are read
     * @throws InvalidInputException if the folder holds no language model, or a damaged one
     */
    public static TextGenerator load(FileAccess access, Path folder) {
        Network network;
        if (ModelFolder.hasCard(folder)) {
            network = ModelFolder.read(access, folder);
        } else {
            Vault.requireReadable(access, "The model", folder.resolve(GptFiles.PARAMETERS));
            GptFiles.requireCheckpoint("--model", folder);
            GptConfig config = GptConfig.read(folder.resolve(GptFiles.CONFIG));
            network = Network.ofCheckpoint(
                    FileAccess.PLAIN, FeatureSchema.ofText("text", config.context() + 1, config), folder);
        }
        TextTokenizer tokenizer = null;
        try {
            if (network.schema().task() != FeatureSchema.Task.LANGUAGE) {
                throw new InvalidInputException("The model in " + folder
                        + " is no language model: it predicts rows of data. Use llmos predict.");
            }
            tokenizer = TextTokenizer.read(access, folder.resolve(GptFiles.TOKENIZER));
            GptFiles.requireTokenizer(tokenizer, network.schema().language(), folder);
            return new TextGenerator(network, tokenizer);
        } catch (RuntimeException e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            network.close();
            throw e;
        }
    }

    /** Whether a folder holds a language model rather than one that predicts rows, or nothing. */
    public static boolean isLanguageModel(FileAccess access, Path folder) {
        return ModelFolder.hasCard(folder)
                ? ModelFolder.readCard(access, folder).schema().language() != null
                : Files.isRegularFile(folder.resolve(GptFiles.CONFIG));
    }

    /** Most tokens of a prompt. */
    public int context() {
        return ((Gpt) network.block()).config().context();
    }

    /** For texts that are gone on with together. */
    public Generator generator() {
        return new Generator((Gpt) network.block(), tokenizer, network.manager());
    }

    /**
     * Goes on with a text.
     *
     * @param prompt to go on with; empty to begin a text
     * @param most tokens to make at most
     * @param sink takes the new text, a few characters at a time
     * @return how many tokens were made
     * @throws InvalidInputException if the prompt is longer than the model's context
     */
    public int generate(String prompt, int most, Sampling sampling, Consumer<String> sink) {
        return generator().generate(prompt, most, sampling, sink);
    }

    @Override
    public void close() {
        tokenizer.close();
        network.close();
    }
}
