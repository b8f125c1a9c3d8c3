package io.jenkins.plugins.llmos.engine.train.language;

import java.nio.file.Path;

/**
 * What a language model is to be and to read.
 *
 * @param text column of a CSV file, or field of JSON lines, that holds the text; {@code text} if not said
 * @param context most tokens of a sequence
 * @param layers blocks of a new model
 * @param heads of each attention of a new model
 * @param width of a token's vector of a new model
 * @param packing whether sequences are filled with one document after another, or each document begins its own
 * @param tokenizer a {@code tokenizer.json} to use, null to take the base's or train one
 * @param base folder of a checkpoint to go on from, in the layout of Hugging Face, null for a new model
 * @param lora adapters that alone are trained, null to train everything
 * @param microBatch rows whose gradients are computed at once, 0 to choose by memory
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
        int microBatch) {
    /** The same with paths by their names alone. */
    public LanguageSpec unplaced() {
        return new LanguageSpec(
                text,
                context,
                layers,
                heads,
                width,
                packing,
                tokenizer == null ? null : tokenizer.getFileName(),
                base == null ? null : base.getFileName(),
                lora,
                0);
    }
}
