package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/** Decides the {@code when} of a stage. */
final class DeclarativeWhen {
    private DeclarativeWhen() {}

    /** Whether all conditions hold; true where there are none. */
    static boolean holds(Build build, Context context, List<Directive> conditions) {
        return conditions.stream().allMatch(c -> holds(build, context, c));
    }

    private static boolean holds(Build build, Context context, Directive condition) {
        Map<?, ?> named = condition.named();
        return switch (condition.name()) {
            case "beforeAgent", "beforeInput", "beforeOptions" -> true;
            case "expression" ->
                DefaultTypeTransformation.castToBoolean(condition.block().call());
            case "not" -> !holds(build, context, Directives.of(condition.block()));
            case "allOf" -> holds(build, context, Directives.of(condition.block()));
            case "anyOf" -> Directives.of(condition.block()).stream().anyMatch(c -> holds(build, context, c));
            case "equals" -> Objects.equals(text(named.get("expected")), text(named.get("actual")));
            case "environment" -> environment(build, named);
            case "branch" -> branch(build, condition);
            default -> {
                build.log(
                        context,
                        "Note: the condition " + condition.name()
                                + " is about how a Jenkins build was started; here it never holds.");
                yield false;
            }
        };
    }

    private static Object text(Object value) {
        return value instanceof CharSequence ? value.toString() : value;
    }

    private static boolean environment(Build build, Map<?, ?> named) {
        if (named.get("name") == null || named.get("value") == null) {
            throw new InvalidInputException(
                    "The condition environment takes a name and a value: environment name: 'TARGET', value: 'test'.");
        }
        String actual = build.environment().get(named.get("name").toString());
        String wanted = named.get("value").toString();
        return Boolean.TRUE.equals(named.get("ignoreCase")) ? wanted.equalsIgnoreCase(actual) : wanted.equals(actual);
    }

    private static boolean branch(Build build, Directive condition) {
        Map<?, ?> named = condition.named();
        String pattern = named.isEmpty() ? condition.text() : String.valueOf(named.get("pattern"));
        String branch = build.environment().get("BRANCH_NAME");
        if (branch == null || pattern == null) {
            return false;
        }
        return switch (String.valueOf(named.get("comparator"))) {
            case "REGEXP" -> branch.matches(pattern);
            case "EQUALS" -> branch.equals(pattern);
            default -> FileTrees.matches(pattern, branch);
        };
    }
}
