package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Arguments.Range;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The arguments of {@code llmosPredict}.
 *
 * @param model folder of the model
 * @param data file of new rows, or of texts to go on with
 * @param labels IDX labels of IDX images where they are known, otherwise null
 * @param output file that is written
 * @param overwrite whether one that is there is replaced
 * @param text column of a CSV file, or field of JSON lines, that holds the texts
 * @param maxTokens that each text is gone on with at most
 * @param sampling of the tokens; the seed of the first text, the others' follow it
 * @param batch texts at once
 * @param key of encrypted files, null for none
 */
public record PredictSpec(
        Path model,
        Path data,
        Path labels,
        Path output,
        boolean overwrite,
        String text,
        int maxTokens,
        Sampling sampling,
        int batch,
        String key) {
    private static final String STEP = "llmosPredict";

    /** Arguments for texts alone, which a model that predicts rows has no use for. */
    public static final List<String> OF_TEXTS =
            List.of("text", "maxTokens", "temperature", "topK", "topP", "seed", "batch");

    /**
     * Reads the arguments.
     *
     * @param workspace folder that relative paths start from
     * @throws InvalidInputException if one is missing, unknown, of the wrong type or out of range
     */
    public static PredictSpec from(Map<String, ?> arguments, Path workspace) {
        Arguments a = new Arguments(STEP, arguments);
        PredictSpec spec = new PredictSpec(
                path(workspace, a.requiredText("model", "'model'")),
                path(workspace, a.requiredText("data", "'new.csv'")),
                a.text("labels").map(l -> path(workspace, l)).orElse(null),
                path(workspace, a.requiredText("output", "'predictions.csv'")),
                a.flag("overwrite", false),
                a.text("text").orElse("text"),
                (int) a.whole("maxTokens", 64, 1, 1 << 20),
                new Sampling(
                        a.number("temperature", 1, Range.NOT_NEGATIVE),
                        (int) a.whole("topK", 0, 0, Integer.MAX_VALUE),
                        a.number("topP", 1, Range.POSITIVE),
                        a.whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE)),
                (int) a.whole("batch", 32, 1, 1 << 12),
                a.text("key").orElse(null));
        a.refuseUnknown();
        return spec;
    }

    private static Path path(Path workspace, String file) {
        return workspace.resolve(file).normalize();
    }

    /** @throws InvalidInputException if there is an output that is not to be overwritten */
    public void requireFreeOutput() {
        if (Files.isDirectory(output)) {
            throw new InvalidInputException(
                    STEP + "'s argument 'output' names the folder " + output + "; it must be a file.");
        }
        if (Files.exists(output) && !overwrite) {
            throw new InvalidInputException("The output file " + output
                    + " exists already. Name another one, remove it, or replace it: overwrite: true.");
        }
    }
}
