package io.jenkins.plugins.llmos.engine.train.language;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.nio.file.Path;
import java.util.List;

/**
 * What a language model is to be and to read.
 *
 * @param text column of a CSV file, or field of JSON lines, that holds the text
 * @param context most tokens of a sequence, 0 for {@value #CONTEXT}, or the base's if that is less
 * @param layers blocks of a new model
 * @param heads of each attention of a new model
 * @param width of a token's vector of a new model
 * @param packing whether sequences are filled with one document after another, or each document begins its own
 * @param tokenizer a {@code tokenizer.json} to use, null to take the base's or train one
 * @param base folder of a checkpoint to go on from, in the layout of Hugging Face, null for a new model
 * @param lora adapters that alone are trained, null to train everything
 * @param unit column or field whose value a row of the training stands for, such as the author; {@value #DOCUMENT} for
 *     each document; null for each sequence
 * @param unitSequences most sequences of a unit
 * @param activationCheckpointing whether activations within a block are computed a second time rather than kept
 * @param precision in what a training multiplies matrices
 */
public record LanguageSpec(
        String text,
        int context,
        int layers,
        int heads,
        int width,
        boolean packing,
        Path tokenizer,
        Path base,
        LoraSpec lora,
        String unit,
        int unitSequences,
        boolean activationCheckpointing,
        Precision precision) {
    /** Ids of a tokenizer trained on the data, at most, where nothing else is said. */
    public static final int VOCABULARY = 4096;

    /** The unit of which every document is one. */
    public static final String DOCUMENT = "document";

    private static final int CONTEXT = 128;
    private static final int UNIT_SEQUENCES = 8;
    private static final String STEP = "llmosTrain";

    /** Arguments that only a language model has. */
    private static final List<String> OWN = List.of(
            "text",
            "context",
            "layers",
            "heads",
            "width",
            "packing",
            "tokenizer",
            "from",
            "lora",
            "unit",
            "unitSequences",
            "activationCheckpointing",
            "precision");

    /** Arguments of other models. */
    private static final List<String> OTHERS =
            List.of("labels", "target", "features", "exclude", "types", "maxTokens", "hidden", "channels", "embedding");

    /** Arguments that a checkpoint answers. */
    private static final List<String> OF_THE_BASE = List.of("layers", "heads", "width", "vocabulary", "tokenizer");

    public LanguageSpec {
        // Specifications written before there was a choice do not say it.
        precision = precision == null ? Precision.FLOAT32 : precision;
    }

    /**
     * Reads the arguments of the model {@code gpt}.
     *
     * @param workspace folder that relative paths start from
     * @throws InvalidInputException if an argument is of the wrong type, out of range, or does not go with another
     */
    public static LanguageSpec from(Arguments a, Path workspace) {
        for (String other : OTHERS) {
            if (a.has(other)) {
                throw new InvalidInputException(STEP + "'s argument '" + other
                        + "' does not go with the model 'gpt', which learns to go on with a text. Leave it out.");
            }
        }
        Path base = a.text("from").map(f -> workspace.resolve(f).normalize()).orElse(null);
        for (String answered : OF_THE_BASE) {
            if (base != null && a.has(answered)) {
                throw new InvalidInputException(STEP + "'s argument '" + answered
                        + "' goes with a new model, but 'from' names a checkpoint, which has its own. Leave it out.");
            }
        }
        if (a.has("tokenizer") && a.has("vocabulary")) {
            throw new InvalidInputException(
                    STEP + "'s argument 'vocabulary' is for a tokenizer trained on the data, but"
                            + " 'tokenizer' names one, which has its own. Leave it out.");
        }
        LoraSpec lora = a.nested("lora").map(LoraSpec::from).orElse(null);
        if (lora != null && base == null) {
            throw new InvalidInputException(STEP + "'s argument 'lora' adapts a trained model, but there is none. Name"
                    + " its folder, from: 'gpt2', or leave 'lora' out.");
        }
        String unit = a.text("unit").orElse(null);
        if (unit == null && a.has("unitSequences")) {
            throw new InvalidInputException(
                    STEP + "'s argument 'unitSequences' bounds how much is learnt of each unit, but"
                            + " there is none. Name one, unit: 'author' or unit: 'document', or leave it out.");
        }
        int heads = (int) a.whole("heads", 4, 1, 1 << 10);
        int width = (int) a.whole("width", 128, 1, 1 << 16);
        if (width % heads != 0) {
            throw new InvalidInputException(STEP + "'s argument 'width' is " + width + "; it must be a multiple of the "
                    + heads + " heads, such as " + Math.max(1, Math.round((double) width / heads)) * heads + ".");
        }
        return new LanguageSpec(
                a.text("text").orElse("text"),
                (int) a.whole("context", 0, 2, 1 << 16),
                (int) a.whole("layers", 4, 1, 1 << 10),
                heads,
                width,
                a.flag("packing", true),
                a.text("tokenizer").map(t -> workspace.resolve(t).normalize()).orElse(null),
                base,
                lora,
                unit,
                (int) a.whole("unitSequences", UNIT_SEQUENCES, 1, 1 << 10),
                a.flag("activationCheckpointing", false),
                Precision.of(a.choice("precision", Precision.FLOAT32.text(), Precision.NAMES)));
    }

    /**
     * Refuses what only a language model can use.
     *
     * @throws InvalidInputException if there is such an argument
     */
    public static void refuse(Arguments a, String model) {
        for (String own : OWN) {
            if (a.has(own)) {
                throw new InvalidInputException(
                        STEP + "'s argument '" + own + "' goes with the model 'gpt', but the model" + " is '" + model
                                + "'. Leave it out, or train a language model: model: 'gpt'.");
            }
        }
    }

    /**
     * Refuses what a private training cannot do.
     *
     * @throws InvalidInputException if that is asked for
     */
    public void requireFitForPrivacy() {
        if (activationCheckpointing) {
            throw new InvalidInputException(STEP + "'s argument 'activationCheckpointing' does not go with a private"
                    + " training: each layer's inputs and gradients are kept until all are known, by which a sample is"
                    + " clipped. Leave it out; a smaller llmosPrivatize(microBatch: …) takes less memory.");
        }
        if (precision != Precision.FLOAT32) {
            throw new InvalidInputException(STEP + "'s argument 'precision' does not go with a private training: its"
                    + " clipped gradients and its noise count with the digits of 32-bit floats, and what bfloat16 rounds"
                    + " away is beyond what the accounting of privacy allows for. Leave it out.");
        }
    }

    /**
     * The context of a model.
     *
     * @param most tokens that the base can read, or any number for a new model
     * @throws InvalidInputException if more are asked for
     */
    public int contextWithin(int most) {
        if (context > most) {
            throw new InvalidInputException(STEP + "'s argument 'context' is " + context + ", but the model in " + base
                    + " reads at most " + most + " tokens. Take no more than that.");
        }
        return context == 0 ? Math.min(CONTEXT, most) : context;
    }

    /** The same with its files elsewhere. */
    public LanguageSpec at(Path otherTokenizer, Path otherBase) {
        return new LanguageSpec(
                text,
                context,
                layers,
                heads,
                width,
                packing,
                otherTokenizer,
                otherBase,
                lora,
                unit,
                unitSequences,
                activationCheckpointing,
                precision);
    }
}
