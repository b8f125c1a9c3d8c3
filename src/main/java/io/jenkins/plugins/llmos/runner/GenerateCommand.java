package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyReference;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos generate}: goes on with a text. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        header = "Go on with a text, by a language model.",
        description = {
            "",
            "The model is one that llmosTrain made or a checkpoint of GPT-2 in the layout of Hugging Face. Prints the new"
                    + " text alone.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "2:wrong usage"})
final class GenerateCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "MODEL", description = RegistryOption.MODEL)
    private Path model;

    @Mixin
    private RegistryOption registry;

    @Option(
            names = "--prompt",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "What to go on with (default: nothing, so that a text begins).")
    private String prompt;

    @Option(
            names = "--max-tokens",
            defaultValue = "128",
            paramLabel = "N",
            description = "Tokens to make at most (default: ${DEFAULT-VALUE}); fewer if the text ends.")
    private int most;

    @Option(
            names = "--temperature",
            defaultValue = "1",
            paramLabel = "T",
            description = "Below 1 keeps to likely tokens, 0 to the likeliest alone (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--top-k",
            defaultValue = "0",
            paramLabel = "K",
            description = "Draw from the K likeliest tokens (default: 0, from all).")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            paramLabel = "P",
            description = "Draw from the likeliest tokens that together have probability P (default: 1, from all).")
    private double topP;

    @Option(
            names = "--seed",
            defaultValue = "42",
            paramLabel = "N",
            description = "Of the drawing (default: ${DEFAULT-VALUE}): the same seed makes the same text.")
    private long seed;

    @Option(names = "--key", paramLabel = "KEY", description = "Key of an encrypted model: file:PATH or env:NAME.")
    private String key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (most < 1) {
            throw new InvalidInputException("--max-tokens is " + most + "; it must be 1 or more.");
        }
        Sampling sampling = new Sampling(temperature, topK, topP, seed);
        FileAccess access = key == null
                ? FileAccess.PLAIN
                : new Vault(
                        KeyReference.read(key, Path.of("").toAbsolutePath(), System.getenv()),
                        new Origin("generate", ""),
                        Sensitivity.INTERNAL);
        PrintWriter out = spec.commandLine().getOut();
        try (TextGenerator generator = TextGenerator.load(access, registry.resolve(model))) {
            long start = System.nanoTime();
            int made = generator.generate(prompt, most, sampling, text -> {
                out.print(text);
                out.flush();
            });
            out.println();
            PrintWriter err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "%d tokens, %.0f tokens/s%n", made, made / ((System.nanoTime() - start) / 1e9));
            err.flush();
        }
        return 0;
    }
}
