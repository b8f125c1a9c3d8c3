package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.Arrays;
import java.util.List;

/** How a build ended, from best to worst. */
public enum Result {
    SUCCESS,
    UNSTABLE,
    FAILURE,
    NOT_BUILT,
    ABORTED;

    /** The worse of two results. */
    public Result worse(Result other) {
        return compareTo(other) >= 0 ? this : other;
    }

    static Result of(Object name) {
        List<String> names = Arrays.stream(values()).map(Enum::name).toList();
        if (name == null || !names.contains(name.toString())) {
            throw new InvalidInputException(
                    "'" + name + "' is not a build result. " + Suggestions.sentence(String.valueOf(name), names));
        }
        return valueOf(name.toString());
    }

    /** What an exception that ends a build makes of it. */
    static Result of(Throwable thrown) {
        return Interruption.in(thrown) != null ? ABORTED : FAILURE;
    }
}
