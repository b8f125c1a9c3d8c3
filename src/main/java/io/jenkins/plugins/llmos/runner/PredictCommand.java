package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.BatchPrediction;
import io.jenkins.plugins.llmos.engine.train.PredictSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos predict}: uses a model on a whole file. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Score new rows with a trained model, or go on with many texts by a language model.",
            "For texts, each line of a .txt or those of a .jsonl or CSV file, writes a line of JSON each. For rows, writes CSV: the row's line, the predicted label or value, and each class' probability. Where the file has the"
                    + " true target too, the metrics follow on standard error."
        })
final class PredictCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "MODEL", description = RegistryOption.MODEL)
    private Path model;

    @Mixin
    private RegistryOption registry;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "CSV file with the columns of the training, or IDX images; gzip is read too.")
    private Path data;

    @Option(names = "--labels", paramLabel = "FILE", description = "IDX labels of IDX images, to compute metrics.")
    private Path labels;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Key of an encrypted model: file:PATH or env:NAME. The data may be encrypted with it, too.")
    private String key;

    @Option(
            names = "--text",
            defaultValue = "text",
            paramLabel = "NAME",
            description = "Of a language model: the column or field with the texts (default: ${DEFAULT-VALUE}).")
    private String text;

    @Option(
            names = "--max-tokens",
            defaultValue = "64",
            paramLabel = "N",
            description = "Of a language model: tokens for each text at most (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(names = "--temperature", defaultValue = "1", paramLabel = "T", description = "As of llmos generate.")
    private double temperature;

    @Option(names = "--top-k", defaultValue = "0", paramLabel = "K", description = "As of llmos generate.")
    private int topK;

    @Option(names = "--top-p", defaultValue = "1", paramLabel = "P", description = "As of llmos generate.")
    private double topP;

    @Option(
            names = "--seed",
            defaultValue = "42",
            paramLabel = "N",
            description = "Of the first text (default: ${DEFAULT-VALUE}); the others' follow it.")
    private long seed;

    @Option(
            names = "--batch",
            defaultValue = "32",
            paramLabel = "N",
            description = "Of a language model: texts at once (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where to write it (default: standard output). An existing file is refused.")
    private Path output;

    @Option(names = "--overwrite", description = "Replace an existing output file.")
    private boolean overwrite;

    /** What is not said of rows, whose file is seen to be there. */
    private static final Set<String> SELF_EVIDENT = Set.of("rows", "rowsPerSecond", "seconds", "output");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("model", registry.resolve(model).toAbsolutePath().toString());
        arguments.put("data", data.toString());
        arguments.put("labels", labels);
        arguments.put("output", output == null ? "standard output" : output.toString());
        arguments.put("overwrite", overwrite);
        arguments.put("text", text);
        arguments.put("maxTokens", maxTokens);
        arguments.put("temperature", temperature);
        arguments.put("topK", topK);
        arguments.put("topP", topP);
        arguments.put("seed", seed);
        arguments.put("batch", batch);
        PredictSpec spec = PredictSpec.from(arguments, Path.of(""));
        FileAccess models = Keyed.with(key, "predict").models();
        PrintWriter out = this.spec.commandLine().getOut();
        Map<String, Object> result =
                output == null ? BatchPrediction.write(models, spec, out) : BatchPrediction.run(models, spec);
        out.flush();
        PrintWriter err = this.spec.commandLine().getErr();
        result.keySet().removeAll(SELF_EVIDENT);
        result.forEach((name, value) ->
                err.println(name + " " + (value instanceof Double d ? String.format(Locale.ROOT, "%.6f", d) : value)));
        err.flush();
        return 0;
    }
}
