package io.jenkins.plugins.llmos.plugin.freestyle;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arguments that a form has no field for: a line each, {@code name: value}. */
final class MoreArguments {
    private MoreArguments() {}

    /** @throws InvalidInputException if a line is no argument */
    static Map<String, Object> parse(String text) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new InvalidInputException(
                        "The line '" + line + "' is no argument. Write one a line, such as hidden: 128, 64.");
            }
            arguments.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return arguments;
    }
}
