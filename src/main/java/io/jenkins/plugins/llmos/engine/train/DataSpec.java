package io.jenkins.plugins.llmos.engine.train;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which data to train on, and what is in it.
 *
 * @param path a CSV file with a header, text or JSON lines for a language model, or IDX images; compressed with gzip or not
 * @param labels IDX labels when {@code path} holds IDX images, otherwise null
 * @param target the column to predict in a CSV file, otherwise null
 * @param features columns to learn from, empty for all but the target and {@code exclude}
 * @param exclude columns to leave out
 * @param types column types that override the inferred ones: {@code numeric}, {@code categorical}, {@code text}; for the
 *     target {@code numeric} means regression and {@code categorical} classification
 * @param test the part kept for the final test, 0 ≤ test &lt; 1
 * @param validation the part kept for validation, 0 ≤ validation &lt; 1
 * @param maxTokens tokens kept of a text cell, at least 1
 * @param vocabulary most words in the vocabulary of the text columns, at least 1; ids of a language model's tokenizer
 */
public record DataSpec(
        Path path,
        Path labels,
        String target,
        List<String> features,
        List<String> exclude,
        Map<String, String> types,
        double test,
        double validation,
        int maxTokens,
        int vocabulary) {
    public DataSpec {
        features = List.copyOf(features);
        exclude = List.copyOf(exclude);
        // Sorted, as the order of an immutable map differs from process to process.
        types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
    }

    /** The same data elsewhere. */
    DataSpec at(Path otherPath, Path otherLabels) {
        return new DataSpec(
                otherPath, otherLabels, target, features, exclude, types, test, validation, maxTokens, vocabulary);
    }
}
