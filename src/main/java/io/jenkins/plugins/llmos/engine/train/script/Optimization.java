package io.jenkins.plugins.llmos.engine.train.script;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a trained model is made faster to use. */
public enum Optimization {
    /** All layers in one call of PyTorch's just-in-time compiler; the same numbers up to rounding. */
    SCRIPT,
    /**
     * The same with dynamic quantisation: weights as 8-bit integers with a scale for each output, inputs quantised as they
     * come (PyTorch's {@code quantized::linear_dynamic}).
     */
    INT8;

    /** As people write it, such as {@code int8}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All as people write them. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(Optimization::text).toList();
    }

    /** @throws InvalidInputException if there is none of that name */
    public static Optimization of(String text) {
        return Arrays.stream(values())
                .filter(o -> o.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "There is no optimisation '" + text + "'. There are: " + String.join(", ", texts()) + "."));
    }
}
