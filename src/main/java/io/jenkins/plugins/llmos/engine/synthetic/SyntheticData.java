package io.jenkins.plugins.llmos.engine.synthetic;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The data sets that can be made up. The same seed makes the same bytes, everywhere. */
public enum SyntheticData {
    RATINGS("ratings", "users who rate items from 1 to 5 by tastes of four dimensions (user,item,rating)"),
    EXERCISES(
            "exercises",
            "learners who solve exercises as a two-parameter logistic model says (learner,exercise,solved)"),
    SUPPORT("support", "requests to a shop's customer service (request,intent,answer)");

    /** Of the files that ship. */
    public static final long SEED = 42;

    private final String text;
    private final String description;

    SyntheticData(String text, String description) {
        this.text = text;
        this.description = description;
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
        Random random = new Random(seed);
        switch (this) {
            case RATINGS -> Ratings.write(random, csv);
            case EXERCISES -> Exercises.write(random, csv);
            case SUPPORT -> SupportRequests.write(random, csv);
        }
        return csv.toString();
    }
}
