package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.language.AdapterMerge;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llmos model}: what is done to a checkpoint of a language model besides training it. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        header = "Add adapters (LoRA) to a language model's weights, or take them out.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "2:wrong usage"})
final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "llmos model needs to know what to do: merge or unmerge.");
    }

    /** {@code llmos model merge}. */
    @Command(
            name = "merge",
            mixinStandardHelpOptions = true,
            header = "Write a model whose weights hold the adapters.",
            description = {
                "",
                "What llmosTrain writes holds them already, and has them apart in " + GptFiles.ADAPTERS
                        + ": that small file and the base are enough to have the model again.",
                ""
            })
    void merge(
            @Option(
                            names = "--base",
                            required = true,
                            paramLabel = "DIR",
                            description = "Checkpoint that the adapters were trained on.")
                    Path base,
            @Option(
                            names = "--adapters",
                            required = true,
                            paramLabel = "FILE",
                            description = "The " + GptFiles.ADAPTERS + " of the training.")
                    Path adapters,
            @Option(
                            names = "--output",
                            required = true,
                            paramLabel = "DIR",
                            description = "Folder for the model, which must not exist.")
                    Path output)
            throws IOException {
        AdapterMerge.merge(base, adapters, output);
        spec.commandLine().getOut().println(output);
    }

    /** {@code llmos model unmerge}. */
    @Command(
            name = "unmerge",
            mixinStandardHelpOptions = true,
            header = "Write the base of a model that was trained with adapters.")
    void unmerge(
            @Parameters(paramLabel = "DIR", description = "What llmosTrain wrote.") Path model,
            @Option(
                            names = "--output",
                            required = true,
                            paramLabel = "DIR",
                            description = "Folder for the base, which must not exist.")
                    Path output)
            throws IOException {
        AdapterMerge.unmerge(model, model.resolve(GptFiles.ADAPTERS), output);
        spec.commandLine().getOut().println(output);
    }
}
