package io.jenkins.plugins.llmos.engine.synthetic;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** The data sets that can be made up. The same seed makes the same bytes, everywhere. */
public enum SyntheticData {
    RATINGS(
            "ratings",
            "users who rate items from 1 to 5 by tastes of four dimensions (user,item,rating)",
            Ratings::write),
    EXERCISES(
            "exercises",
            "learners who solve exercises as a two-parameter logistic model says (learner,exercise,solved)",
            Exercises::write),
    SUPPORT("support", "requests to a shop's customer service (request,intent,answer)", SupportRequests::write);

    /** Of the files that ship. */
    public static final long SEED = 42;

    private final String text;
    private final String description;
    private final BiConsumer<Random, StringBuilder> generator;

    SyntheticData(String text, String description, BiConsumer<Random, StringBuilder> generator) {
        this.text = text;
        this.description = description;
        this.generator = generator;
    }

    /** The name that users know it by. */
    public String text() {
        return text;
    }

    public String description() {
        return description;
    }

    /** All names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(SyntheticData::text).toList();
    }

    /** @throws InvalidInputException if there is none of that name */
    public static SyntheticData of(String name) {
        return Arrays.stream(values())
                .filter(d -> d.text.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "There are no synthetic data '" + name + "'. " + Suggestions.sentence(name, names())));
    }

    /** Makes a CSV file's text. */
    public String csv(long seed) {
        StringBuilder csv = new StringBuilder();
        generator.accept(new Random(seed), csv);
        return csv.toString();
    }
}
