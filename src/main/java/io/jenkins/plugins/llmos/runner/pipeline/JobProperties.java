package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * {@code properties} of a Scripted Pipeline and what is written inside of it. Parameters act; the rest is about a Jenkins
 * job and is reported.
 */
final class JobProperties {
    private static final List<String> SYMBOLS = List.of(
            "parameters",
            "string",
            "booleanParam",
            "choice",
            "text",
            "password",
            "buildDiscarder",
            "logRotator",
            "pipelineTriggers",
            "cron",
            "pollSCM",
            "upstream",
            "disableConcurrentBuilds",
            "disableResume");

    private JobProperties() {}

    /** Something that is only described, such as {@code string(name: 'X')}. */
    private record Symbol(String name, Map<String, Object> values) {}

    static List<StepDefinition> all() {
        List<StepDefinition> all = new ArrayList<>();
        for (String name : SYMBOLS) {
            all.add(new StepDefinition(
                    name, "value", null, StepDefinition.Body.NONE, false, c -> new Symbol(name, c.values())));
        }
        all.add(StepDefinition.plain("properties", List.of("properties"), JobProperties::apply));
        return all;
    }

    private static Object apply(StepCall call) throws StepFailure {
        for (Object property : call.list("properties")) {
            if (!(property instanceof Symbol s)) {
                throw new StepFailure("properties takes a list such as [parameters([string(name: 'EPOCHS')])].");
            }
            if (s.name().equals("parameters") && s.values().get("value") instanceof Collection<?> declared) {
                DeclarativeParameters.apply(call.build(), directives(declared));
            } else {
                call.log("Note: the property " + s.name() + " is about a Jenkins job and does not act here.");
            }
        }
        return null;
    }

    private static List<Directive> directives(Collection<?> symbols) {
        int line = Jenkinsfile.currentLine();
        return symbols.stream()
                .filter(Symbol.class::isInstance)
                .map(Symbol.class::cast)
                .map(s -> new Directive(line, s.name(), List.of(s.values())))
                .toList();
    }
}
