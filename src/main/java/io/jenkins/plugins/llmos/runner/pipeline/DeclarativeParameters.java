package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Gives the declared parameters their values: those of the command line, else their own defaults. */
final class DeclarativeParameters {
    private DeclarativeParameters() {}

    /** A value on the command line does not fit the Jenkinsfile. */
    static final class WrongParameter extends InvalidInputException {
        private static final long serialVersionUID = 1L;

        private WrongParameter(String message) {
            super(message);
        }
    }

    static void apply(Build build, List<Directive> declared) {
        if (declared.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (Directive d : declared) {
            Map<?, ?> named = d.named();
            if (named.get("name") == null) {
                throw new InvalidInputException(
                        "The parameter in line " + d.line() + " needs a name: " + d.name() + "(name: 'EPOCHS', …).");
            }
            String name = named.get("name").toString();
            names.add(name);
            build.setParameter(name, value(d, name, build.options().parameters().get(name)));
        }
        for (String given : build.options().parameters().keySet()) {
            if (!names.contains(given)) {
                throw new WrongParameter(
                        "The Jenkinsfile has no parameter '" + given + "'. " + Suggestions.sentence(given, names));
            }
        }
    }

    private static Object value(Directive d, String name, String given) {
        Object standard = d.named().get("defaultValue");
        return switch (d.name()) {
            case "booleanParam" -> {
                String text = given != null ? given : standard == null ? "false" : standard.toString();
                if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                    throw new WrongParameter(
                            "The parameter '" + name + "' is '" + text + "'; it must be true or false.");
                }
                yield Boolean.valueOf(text);
            }
            case "choice" -> {
                Object choices = d.named().get("choices");
                List<String> known = choices instanceof Collection<?> c
                        ? c.stream().map(String::valueOf).toList()
                        : Arrays.asList(
                                String.valueOf(choices == null ? "" : choices).split("\\R"));
                if (given != null && !known.contains(given)) {
                    throw new WrongParameter("The parameter '" + name + "' is '" + given
                            + "', which is not one of its choices. " + Suggestions.sentence(given, known));
                }
                yield given != null ? given : known.get(0);
            }
            default -> {
                String text = given != null ? given : standard == null ? "" : standard.toString();
                yield Boolean.TRUE.equals(d.named().get("trim")) ? text.strip() : text;
            }
        };
    }
}
