package io.jenkins.plugins.llmos.engine.train;

import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.train.language.BytePairTrainer;
import io.jenkins.plugins.llmos.engine.train.language.Documents;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Arguments.Range;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What to train: the arguments of {@code llmosTrain}, validated once, the same in every host, and written as
 * {@code spec.json} for the trainer.
 *
 * @param name what to call the training in logs and reports
 * @param data what to learn from
 * @param model what to fit
 * @param optimizer how
 * @param epochs passes over the training part, at least 1
 * @param batch rows of one step, at least 1; {@code gd} always takes the whole training part
 * @param patience epochs without a better validation loss after which to stop, 0 for never
 * @param minDelta how much lower a validation loss must be to count as better
 * @param checkpointEvery time between two checkpoints
 * @param checkpointSteps steps between two checkpoints; 0 leaves it to {@code checkpointEvery}
 * @param seed of the split, the initial parameters, the order of rows and the dropout
 * @param output folder for the trained model
 * @param overwrite whether an existing output folder may be replaced
 * @param privacy what the training must keep private, null for an ordinary one
 * @param sensitivity how freely the model may be used, at the least: {@code public}, {@code internal} or {@code restricted}
 * @param warmStart whether to begin from the parameters of the last good model rather than from drawn ones
 * @param key where the host finds the key of encrypted data, checkpoints and model, never the key itself; null for none
 */
public record TrainSpec(
        String name,
        DataSpec data,
        ModelSpec model,
        OptimizerSpec optimizer,
        int epochs,
        int batch,
        int patience,
        double minDelta,
        Duration checkpointEvery,
        long checkpointSteps,
        long seed,
        Path output,
        boolean overwrite,
        PrivacySpec privacy,
        String sensitivity,
        boolean warmStart,
        String key) {

    /** Type of a target whose classes are texts with words of their own. */
    public static final String ANSWER = "answer";

    /** Components that change nothing in the trained parameters. */
    private static final List<String> NOT_SHAPING =
            List.of("name", "checkpointEvery", "checkpointSteps", "output", "overwrite", "sensitivity", "key");

    private static final List<String> PAIRS = List.of("factorization", "irt");

    /**
     * Reads and checks the arguments of {@code llmosTrain}.
     *
     * @param arguments by name, as {@code docs/llmosTrain.md} lists them
     * @param workspace folder that relative paths start from
     * @throws InvalidInputException if an argument is unknown, missing, of the wrong type or out of range
     */
    public static TrainSpec from(Map<String, ?> arguments, Path workspace) {
        Arguments a = new Arguments("llmosTrain", arguments);
        Path dataPath = workspace.resolve(a.requiredText("data", "'data.csv'")).normalize();
        Path labels =
                a.text("labels").map(l -> workspace.resolve(l).normalize()).orElse(null);
        String target = a.text("target").orElse(null);
        boolean images = isIdx(dataPath);
        boolean text = Documents.isText(dataPath);
        String kind = a.choice("model", images ? "cnn" : text ? "gpt" : "mlp", ModelSpec.KINDS);
        LanguageSpec language = kind.equals("gpt") ? LanguageSpec.from(a, workspace) : null;
        if (language == null) {
            LanguageSpec.refuse(a, kind);
            requireTarget(dataPath, images, labels, target);
        }
        if (text && language == null) {
            throw new InvalidInputException("llmosTrain's model '" + kind + "' learns from a table, but data is '"
                    + dataPath.getFileName() + "', which holds text. Use 'gpt' for a language model, or a CSV file.");
        }
        if (images && language != null) {
            throw new InvalidInputException("llmosTrain's model 'gpt' needs text, but data is '"
                    + dataPath.getFileName() + "', which holds images. Use 'cnn', 'mlp' or 'logistic'.");
        }
        Map<String, String> types = new LinkedHashMap<>(a.map("types"));
        for (Map.Entry<String, String> t : types.entrySet()) {
            if (!List.of("numeric", "categorical", "text").contains(t.getValue())) {
                throw new InvalidInputException("llmosTrain's argument 'types' gives column '" + t.getKey()
                        + "' the type '" + t.getValue() + "'; it must be numeric, categorical or text.");
            }
        }
        String user = null;
        List<String> features = a.texts("features");
        if (PAIRS.contains(kind)) {
            user = a.text("user").orElse("user");
            String item = a.text("item").orElse("item");
            if (!features.isEmpty()) {
                throw new InvalidInputException(
                        "llmosTrain's model '" + kind + "' learns from two columns, user and item,"
                                + " and takes no 'features'. Name the two with user: '…', item: '…'.");
            }
            features = List.of(user, item);
            types.put(user, "categorical");
            types.put(item, "categorical");
        }
        if (kind.equals("retrieval") && target != null) {
            types.put(target, ANSWER);
        }
        double test = a.number("test", 0.1, Range.FRACTION);
        double validation = a.number("validation", 0.1, Range.FRACTION);
        if (test + validation >= 1) {
            throw new InvalidInputException("llmosTrain keeps " + test + " of the rows for the test and " + validation
                    + " for validation, which leaves none to train on. Together they must be less than 1.");
        }
        DataSpec data = new DataSpec(
                dataPath,
                labels,
                target,
                features,
                a.texts("exclude"),
                types,
                test,
                validation,
                (int) a.whole("maxTokens", 128, 1, 1 << 20),
                language == null
                        ? (int) a.whole("vocabulary", 20_000, 1, 10_000_000)
                        : (int) a.whole("vocabulary", LanguageSpec.VOCABULARY, BytePairTrainer.LEAST, 10_000_000));

        if (List.of("cnn", "scattering").contains(kind) && !images) {
            throw new InvalidInputException("llmosTrain's model '" + kind + "' needs images, but data is '"
                    + dataPath.getFileName() + "'. Use 'mlp' or 'logistic' for tables, 'text' for text columns.");
        }
        if ((PAIRS.contains(kind) || kind.equals("retrieval")) && images) {
            throw new InvalidInputException("llmosTrain's model '" + kind + "' needs a table, but data is '"
                    + dataPath.getFileName() + "', which holds images. Use 'cnn', 'mlp' or 'logistic'.");
        }
        if (kind.equals("text") && images) {
            throw new InvalidInputException("llmosTrain's model 'text' needs a text column, but data is '"
                    + dataPath.getFileName() + "', which holds images. Use 'cnn', 'mlp' or 'logistic'.");
        }
        ModelSpec model = new ModelSpec(
                kind,
                a.wholes("hidden", standardHidden(kind), 1),
                a.wholes("channels", List.of(16, 32), 1),
                (int) a.whole("embedding", standardEmbedding(kind), 1, 65_536),
                a.number("dropout", 0, Range.FRACTION),
                user,
                language);

        String optimizer = a.choice("optimizer", "adam", OptimizerSpec.KINDS);
        boolean adam = optimizer.startsWith("adam");
        OptimizerSpec optimizerSpec = new OptimizerSpec(
                optimizer,
                a.number("learningRate", adam ? 0.001 : 0.1, Range.POSITIVE),
                a.number("momentum", 0, Range.FRACTION),
                a.flag("nesterov", false),
                a.number("beta1", 0.9, Range.FRACTION),
                a.number("beta2", 0.999, Range.FRACTION),
                a.number("weightDecay", optimizer.equals("adamw") ? 0.01 : 0, Range.NOT_NEGATIVE),
                a.choice("schedule", "constant", OptimizerSpec.SCHEDULES),
                a.whole("warmup", 0, 0, Long.MAX_VALUE),
                (int) a.whole("stepEpochs", 10, 1, Integer.MAX_VALUE),
                a.number("stepFactor", 0.1, Range.POSITIVE),
                a.number("clipNorm", 0, Range.NOT_NEGATIVE));
        if (optimizerSpec.nesterov() && optimizerSpec.momentum() == 0) {
            throw new InvalidInputException(
                    "llmosTrain's argument 'nesterov' needs a momentum above 0, such as momentum: 0.9.");
        }
        if (adam && optimizerSpec.momentum() != 0) {
            throw new InvalidInputException("llmosTrain's argument 'momentum' goes with 'sgd' and 'gd'; '" + optimizer
                    + "' has beta1 in its place.");
        }

        int patience = (int) a.whole("patience", 0, 0, Integer.MAX_VALUE);
        if (patience > 0 && validation == 0) {
            throw new InvalidInputException("llmosTrain's argument 'patience' stops early by the validation loss, but"
                    + " validation is 0. Keep some rows for it, such as validation: 0.1.");
        }
        Path output = workspace.resolve(a.requiredText("output", "'model'")).normalize();
        Path last = output.getFileName();
        if (last == null) {
            throw new InvalidInputException(
                    "llmosTrain's argument 'output' names the root of a drive, " + output + ". Name a folder in it.");
        }
        boolean overwrite = a.flag("overwrite", false);
        PrivacySpec privacy = a.nested("privacy").map(PrivacySpec::from).orElse(null);
        if (privacy != null && patience > 0 && !privacy.isPublic("validation")) {
            throw new InvalidInputException("llmosTrain's argument 'patience' stops by the loss of the validation rows,"
                    + " which are part of the private data set '" + privacy.dataset()
                    + "' and would be published by it. Leave it out, or declare these rows no secret:"
                    + " llmosPrivatize(public: ['validation'], …).");
        }
        if (privacy != null && kind.equals("retrieval")) {
            throw new InvalidInputException(
                    "llmosTrain's model 'retrieval' cannot be trained privately: it compares each question with all"
                            + " answers, so that no sample's gradient is its own. Use 'text' with the answer as its"
                            + " class.");
        }
        if (privacy != null && language != null) {
            language.requireFitForPrivacy();
        }
        boolean warmStart = a.flag("warmStart", false);
        if (warmStart && language != null) {
            throw new InvalidInputException("llmosTrain's argument 'warmStart' does not go with the model 'gpt', whose"
                    + " tokenizer belongs to its parameters. Begin from the folder of a trained one: from: 'model'.");
        }
        TrainSpec spec = new TrainSpec(
                a.text("name").orElse(last.toString()),
                data,
                model,
                optimizerSpec,
                (int) a.whole("epochs", 10, 1, Integer.MAX_VALUE),
                (int) a.whole("batch", 64, 1, Integer.MAX_VALUE),
                patience,
                a.number("minDelta", 0, Range.NOT_NEGATIVE),
                a.duration("checkpointEvery").orElse(Duration.ofSeconds(30)),
                a.whole("checkpointSteps", 0, 0, Long.MAX_VALUE),
                a.whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                output,
                overwrite,
                privacy,
                a.choice("sensitivity", Sensitivity.INTERNAL.text(), Sensitivity.NAMES),
                warmStart,
                a.text("key").filter(k -> !k.isBlank()).orElse(null));
        a.refuseUnknown();
        return spec;
    }

    private static void requireTarget(Path dataPath, boolean images, Path labels, String target) {
        if (images && labels == null) {
            throw new InvalidInputException("llmosTrain was given IDX images (" + dataPath.getFileName()
                    + ") without labels. Name the IDX file of their labels: labels: '…-labels-idx1-ubyte.gz'.");
        }
        if (!images && labels != null) {
            throw new InvalidInputException("llmosTrain's argument 'labels' goes with IDX images, whose names end in"
                    + " -ubyte or .idx, but data is '" + dataPath.getFileName()
                    + "'. For a CSV file name the column to predict: target: 'label'.");
        }
        if (images && target != null) {
            throw new InvalidInputException("llmosTrain's argument 'target' goes with a CSV file, but data is '"
                    + dataPath.getFileName() + "', which holds IDX images. Leave it out; 'labels' is the target.");
        }
        if (!images && target == null && !Documents.isText(dataPath)) {
            throw new InvalidInputException(
                    "llmosTrain needs the argument 'target': the column of " + dataPath.getFileName() + " to predict.");
        }
    }

    /**
     * SHA-256, in hex, of the arguments that shape the trained parameters. Names, places and check-pointing do not: what the
     * data are is told by their content, not by the folder that holds them.
     */
    public String fingerprint() {
        UnaryOperator<Path> nowhere = file -> file == null ? null : Path.of("");
        return fingerprint(nowhere);
    }

    /**
     * SHA-256, in hex, of the arguments that shape the trained parameters and of the names of the data files. It is the same
     * for workspaces in different folders or on different machines.
     *
     * @param workspace folder whose files count by their path within it; others count by their whole path
     */
    public String fingerprint(Path workspace) {
        UnaryOperator<Path> within =
                file -> file != null && file.startsWith(workspace) ? workspace.relativize(file) : file;
        return fingerprint(within);
    }

    private String fingerprint(UnaryOperator<Path> placed) {
        TrainSpec shaping =
                copy(data.at(placed.apply(data.path()), placed.apply(data.labels())), model.at(placed), sensitivity);
        JsonObject arguments = Json.parse(Json.line(shaping), JsonObject.class);
        NOT_SHAPING.forEach(arguments::remove);
        return Hashes.sha256(Json.line(arguments).getBytes(StandardCharsets.UTF_8));
    }

    /** The same training on data elsewhere. */
    public TrainSpec withData(Path path, Path labels) {
        return copy(data.at(path, labels), model, sensitivity);
    }

    /** The same training of a model that is sensitive otherwise. */
    TrainSpec withSensitivity(Sensitivity other) {
        return copy(data, model, other.text());
    }

    private TrainSpec copy(DataSpec otherData, ModelSpec otherModel, String otherSensitivity) {
        return new TrainSpec(
                name,
                otherData,
                otherModel,
                optimizer,
                epochs,
                batch,
                patience,
                minDelta,
                checkpointEvery,
                checkpointSteps,
                seed,
                output,
                overwrite,
                privacy,
                otherSensitivity,
                warmStart,
                key);
    }

    /**
     * Refuses an output folder that holds something, unless it is a model that may be overwritten. Any other folder is
     * never replaced, whatever {@code overwrite} says.
     *
     * @throws InvalidInputException if the folder exists and may not be replaced
     */
    public void requireFreeOutput() {
        if (!Files.exists(output)) {
            return;
        }
        if (!overwrite) {
            throw new InvalidInputException("The output folder " + output
                    + " exists already. Name another one, remove it, or allow its replacement with overwrite: true.");
        }
        if (!Files.isDirectory(output) || !ModelFolder.isReplaceable(output)) {
            throw new InvalidInputException(
                    "The output folder " + output + " exists and holds something that is no trained"
                            + " model, so overwrite: true does not replace it. Name another folder.");
        }
    }

    private static int standardEmbedding(String kind) {
        return switch (kind) {
            case "factorization" -> 16;
            case "irt" -> 1;
            default -> 64;
        };
    }

    private static List<Integer> standardHidden(String kind) {
        return switch (kind) {
            case "mlp" -> List.of(128, 64);
            case "cnn" -> List.of(128);
            default -> List.of();
        };
    }

    private static boolean isIdx(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return name.matches(".*(idx\\d[.-]ubyte|\\.idx\\d?|-ubyte)(\\.gz)?");
    }

    /**
     * Refuses data files that are not there. Apart from {@link #from}, because a host may check arguments on another
     * machine than the one that holds the data.
     *
     * @throws InvalidInputException if a file is missing
     */
    public void requireInputs() {
        requireFile("data", data.path());
        if (data.labels() != null) {
            requireFile("labels", data.labels());
        }
        LanguageSpec language = model.language();
        if (language != null && language.base() != null) {
            GptFiles.requireCheckpoint("llmosTrain's argument 'from'", language.base());
        }
        if (language != null && language.tokenizer() != null) {
            requireFile("tokenizer", language.tokenizer());
        }
    }

    private static void requireFile(String argument, Path path) {
        if (!Files.isRegularFile(path)) {
            throw new InvalidInputException("llmosTrain's argument '" + argument + "' names " + path + ", which "
                    + (Files.isDirectory(path) ? "is a folder" : "does not exist")
                    + ". Name a file; relative paths start from the workspace.");
        }
    }
}
