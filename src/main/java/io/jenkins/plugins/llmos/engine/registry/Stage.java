package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a version of a model is used for. A stage points at one version at most. */
public enum Stage {
    STAGING,
    PRODUCTION;

    /** As people write it, such as {@code staging}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All stages as people write them. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(Stage::text).toList();
    }

    /** @throws InvalidInputException if there is no such stage */
    public static Stage of(String text) {
        return Arrays.stream(values())
                .filter(s -> s.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no stage '" + text + "'; a model is deployed to "
                        + String.join(" or ", texts()) + "."));
    }
}
