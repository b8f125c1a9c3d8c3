package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How rows become numbers: which columns, in which order, scaled how. Fitted on the training part only, kept in
 * {@code model.json}, and all that prediction needs to encode new rows exactly as training did.
 *
 * <p>An encoded row is {@link #width()} floats: first {@link #denseWidth()} dense values in column order (a numeric column
 * takes one, a categorical column one for each category, an image all its pixels, channel by channel and row by row), then
 * {@link #tokenWidth()} word numbers in column order ({@link #maxTokens} for each text column, padded with 0 at the end).
 *
 * @param task what the target asks for
 * @param features in column order; images are one feature
 * @param target the column to predict, or {@code label} for IDX labels
 * @param labels names of the classes in the order of their indices, sorted (as numbers if all are whole numbers); empty
 *     for regression
 * @param targetMean mean of a regression target over the training part, in the target's own unit; otherwise 0
 * @param targetStd standard deviation of a regression target over the training part, above 0; otherwise 1
 * @param vocabulary words of the text columns together, most frequent first; the word at index i has number
 *     i + {@link #FIRST_WORD}. Empty without text columns
 * @param maxTokens word numbers kept for each text column, 0 without text columns; token ids of a language model's row
 * @param language the shape of a language model, whose rows are token ids of its tokenizer; otherwise null
 */
public record FeatureSchema(
        Task task,
        List<Feature> features,
        String target,
        List<String> labels,
        double targetMean,
        double targetStd,
        List<String> vocabulary,
        int maxTokens,
        GptConfig language) {

    /** Number that fills a text up to {@link #maxTokens}. */
    public static final int PADDING = 0;
    /** Number of every word that is not in the vocabulary. */
    public static final int UNKNOWN = 1;
    /** Number of the first word of the vocabulary. */
    public static final int FIRST_WORD = 2;

    /** Words kept of a class that is a text. */
    public static final int ANSWER_TOKENS = 64;

    /** Of anything but text for a language model. */
    public FeatureSchema(
            Task task,
            List<Feature> features,
            String target,
            List<String> labels,
            double targetMean,
            double targetStd,
            List<String> vocabulary,
            int maxTokens) {
        this(task, features, target, labels, targetMean, targetStd, vocabulary, maxTokens, null);
    }

    /**
     * Rows of text for a language model.
     *
     * @param column that the text is in
     * @param tokens of a row
     */
    public static FeatureSchema ofText(String column, int tokens, GptConfig language) {
        return new FeatureSchema(
                Task.LANGUAGE, List.of(Feature.text(column)), column, List.of(), 0, 1, List.of(), tokens, language);
    }

    /** Tokens that a language model predicts of a row: all but the first of each sequence. */
    public int predictedTokens() {
        return maxTokens - language.sequences();
    }

    /** Tokens that a language model predicts of each sequence: all but the first. */
    public int predictedTokensPerSequence() {
        return predictedTokens() / language.sequences();
    }

    /** The same of a trained language model: its adapters are part of its weights, and it drops nothing. */
    public FeatureSchema trained() {
        return ofText(target, maxTokens, language.with(null, 0));
    }

    /**
     * Why rows of this schema cannot be encoded as another one says, a clause; empty if they can. Means, categories and words
     * may differ.
     */
    public String differsFrom(FeatureSchema other) {
        if (task != other.task || !target.equals(other.target)) {
            return "it predicts '" + other.target + "' (" + other.task.name().toLowerCase(Locale.ROOT) + "), not '"
                    + target + "' (" + task.name().toLowerCase(Locale.ROOT) + ")";
        }
        if (!labels.equals(other.labels)) {
            return "its classes are others";
        }
        boolean same = features.size() == other.features.size();
        for (int i = 0; same && i < features.size(); i++) {
            Feature a = features.get(i);
            Feature b = other.features.get(i);
            same = a.name.equals(b.name)
                    && a.type == b.type
                    && a.channels == b.channels
                    && a.height == b.height
                    && a.width == b.width;
        }
        return same ? "" : "its columns are others";
    }

    public FeatureSchema {
        features = List.copyOf(features);
        labels = List.copyOf(labels);
        vocabulary = List.copyOf(vocabulary);
    }

    /** What is to be predicted. */
    public enum Task {
        /** A number; targets are standardised: (value − targetMean) / targetStd. */
        REGRESSION,
        /** One of two classes; targets are 0 or 1. */
        BINARY,
        /** One of three or more classes; targets are class indices from 0. */
        MULTICLASS,
        /** Each token of a text from those before it; there are no other targets. */
        LANGUAGE
    }

    /** What a column holds. */
    public enum Type {
        NUMERIC,
        CATEGORICAL,
        TEXT,
        IMAGE
    }

    /**
     * One column, or the pixels of an image.
     *
     * @param name of the column, {@code image} for images
     * @param type what it holds
     * @param mean of a numeric column, or of all pixels (0 to 255), over the training part; otherwise 0
     * @param std standard deviation of the same, above 0 (1 for a constant column); otherwise 1
     * @param categories of a categorical column, sorted; a value that is none of them is encoded as zeros. Otherwise empty
     * @param channels of an image, otherwise 0
     * @param height of an image in pixels, otherwise 0
     * @param width of an image in pixels, otherwise 0
     */
    public record Feature(
            String name,
            Type type,
            double mean,
            double std,
            List<String> categories,
            int channels,
            int height,
            int width) {
        public Feature {
            categories = List.copyOf(categories);
        }

        static Feature numeric(String name, double mean, double std) {
            return new Feature(name, Type.NUMERIC, mean, std, List.of(), 0, 0, 0);
        }

        static Feature categorical(String name, List<String> categories) {
            return new Feature(name, Type.CATEGORICAL, 0, 1, categories, 0, 0, 0);
        }

        static Feature text(String name) {
            return new Feature(name, Type.TEXT, 0, 1, List.of(), 0, 0, 0);
        }

        static Feature image(double mean, double std, int channels, int height, int width) {
            return new Feature("image", Type.IMAGE, mean, std, List.of(), channels, height, width);
        }

        /** Dense values that this feature takes in an encoded row. */
        public int denseWidth() {
            return switch (type) {
                case NUMERIC -> 1;
                case CATEGORICAL -> categories.size();
                case TEXT -> 0;
                case IMAGE -> channels * height * width;
            };
        }
    }

    /** Floats of an encoded row: {@code denseWidth() + tokenWidth()}. */
    public int width() {
        return denseWidth() + tokenWidth();
    }

    /** Dense values of an encoded row; they come first. */
    public int denseWidth() {
        return features.stream().mapToInt(Feature::denseWidth).sum();
    }

    /**
     * Word numbers of an encoded row, over all text columns; they come last. Each is a whole float from 0 to
     * {@code vocabularySize() - 1}.
     */
    public int tokenWidth() {
        return maxTokens * textColumns();
    }

    /** How many columns are text. */
    public int textColumns() {
        return (int) features.stream().filter(f -> f.type == Type.TEXT).count();
    }

    /** Rows of an embedding table: the vocabulary, padding and the unknown word; 0 without text columns. */
    public int vocabularySize() {
        return textColumns() == 0 ? 0 : vocabulary.size() + FIRST_WORD;
    }

    /** The word numbers of the classes' own texts, {@value #ANSWER_TOKENS} for each, padded at the end. */
    public List<float[]> wordsOfLabels() {
        Map<String, Integer> numbers = new HashMap<>();
        vocabulary.forEach(w -> numbers.put(w, numbers.size() + FIRST_WORD));
        List<float[]> words = new ArrayList<>();
        for (String label : labels) {
            float[] ofLabel = new float[ANSWER_TOKENS];
            int[] used = {0};
            Tokenizer.words(label, ANSWER_TOKENS, w -> ofLabel[used[0]++] = numbers.getOrDefault(w, UNKNOWN));
            words.add(ofLabel);
        }
        return words;
    }

    /** Number of classes, at least 2; 0 for regression. */
    public int classes() {
        return labels.size();
    }

    public boolean isImage() {
        return features.stream().anyMatch(f -> f.type == Type.IMAGE);
    }

    /**
     * Shape of one image: channels, height, width.
     *
     * @throws IllegalStateException if the rows are not images
     */
    public int[] sampleShape() {
        Feature f = features.get(0);
        if (f.type != Type.IMAGE) {
            throw new IllegalStateException("rows of " + features.size() + " columns are not images");
        }
        return new int[] {f.channels, f.height, f.width};
    }
}
