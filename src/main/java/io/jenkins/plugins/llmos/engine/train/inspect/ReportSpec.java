package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What to report on: the arguments of {@code llmosReport}, the same in every host.
 *
 * @param model folder that {@code llmosTrain} wrote
 * @param data rows to judge by, null for the file that the model was trained on
 * @param labels IDX labels of IDX images, null for those of the training, or none
 * @param part of the training's file: one of {@link #PARTS}
 * @param groups columns that tell apart the groups whose treatment is compared
 * @param positive class that is good to be given, null for the second of two
 * @param rows most rows to explain by; all are counted
 * @param repeats how often each column is dealt out anew
 * @param examples rows to explain one by one
 * @param prompts texts for a language model to go on with
 * @param isPublic whether the data are no secret, which a report on a private model must be told
 * @param seed of the draws
 * @param output folder for the report
 * @param gate what the metrics must be
 * @param key of an encrypted model and its data, null if they are not
 * @param language of the page, an IETF language tag such as {@code zh-CN}
 */
public record ReportSpec(
        Path model,
        Path data,
        Path labels,
        String part,
        List<String> groups,
        String positive,
        int rows,
        int repeats,
        int examples,
        List<String> prompts,
        boolean isPublic,
        long seed,
        Path output,
        Gate gate,
        String key,
        String language) {
    /** The test part, or where there is none that for validation; these parts; every row of the file. */
    public static final List<String> PARTS = List.of("test", "validation", "all");

    private static final String STEP = "llmosReport";

    public ReportSpec {
        groups = List.copyOf(groups);
        prompts = List.copyOf(prompts);
    }

    /**
     * Reads and checks the arguments.
     *
     * @param workspace folder that relative paths start from
     * @throws InvalidInputException if one is unknown, missing, of the wrong type or out of range
     */
    public static ReportSpec from(Map<String, ?> arguments, Path workspace) {
        Arguments a = new Arguments(STEP, arguments);
        Path model = workspace.resolve(a.requiredText("model", "'model'")).normalize();
        ReportSpec spec = new ReportSpec(
                model,
                path(a, "data", workspace),
                path(a, "labels", workspace),
                a.choice("part", "test", PARTS),
                a.texts("groups"),
                a.text("positive").orElse(null),
                (int) a.whole("rows", 500, 10, 100_000),
                (int) a.whole("repeats", 5, 1, 100),
                (int) a.whole("examples", 6, 0, 50),
                a.has("prompts") && !(arguments.get("prompts") instanceof java.util.Collection)
                        ? List.of(a.text("prompts").orElseThrow())
                        : a.texts("prompts"),
                a.flag("public", false),
                a.whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                a.has("output") ? path(a, "output", workspace) : model,
                Gate.read(STEP, a.map("gate")),
                a.text("key").orElse(null),
                Locale.ENGLISH.toLanguageTag());
        a.refuseUnknown();
        return spec;
    }

    private static Path path(Arguments a, String name, Path workspace) {
        return a.text(name).map(p -> workspace.resolve(p).normalize()).orElse(null);
    }

    /** The same with a page in another language, which its host chooses; in English where there are no words of it. */
    public ReportSpec in(Locale locale) {
        return new ReportSpec(
                model,
                data,
                labels,
                part,
                groups,
                positive,
                rows,
                repeats,
                examples,
                prompts,
                isPublic,
                seed,
                output,
                gate,
                key,
                locale.toLanguageTag());
    }

    /**
     * Refuses files that are not there.
     *
     * @throws InvalidInputException if the model or the data are missing
     */
    public void requireInputs() {
        if (!Files.isDirectory(model)) {
            throw new InvalidInputException(STEP + "'s argument 'model' names " + model + ", which "
                    + (Files.exists(model) ? "is no folder" : "does not exist")
                    + ". Name the output folder of an llmosTrain.");
        }
        for (Path file : new Path[] {data, labels}) {
            if (file != null && !Files.isRegularFile(file)) {
                throw new InvalidInputException(STEP + " was given " + file + ", which "
                        + (Files.isDirectory(file) ? "is a folder" : "does not exist")
                        + ". Name a file; relative paths start from the workspace.");
            }
        }
    }
}
