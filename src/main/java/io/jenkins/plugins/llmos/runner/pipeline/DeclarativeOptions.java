package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Acts upon the {@code options} of a pipeline or a stage, and says which ones do not act here. */
final class DeclarativeOptions {
    /** Options that are about several builds of a job, or about how Jenkins stores one; silent because harmless. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "skipStagesAfterUnstable",
            "parallelsAlwaysFailFast",
            "skipDefaultCheckout",
            "disableResume",
            "durabilityHint",
            "preserveStashes",
            "ansiColor");

    private DeclarativeOptions() {}

    static void around(Build build, Strand strand, List<Directive> options, Callable<Object> body) throws Exception {
        Callable<Object> wrapped = body;
        for (Directive option : options) {
            Callable<Object> inner = wrapped;
            switch (option.name()) {
                case "timeout" -> {
                    var limit = ControlSteps.duration(call(build, strand, option, "time"), "MINUTES");
                    wrapped = () -> ControlSteps.timeout(build, strand, limit, c -> strand.within(c, inner));
                }
                case "retry" -> {
                    long count =
                            call(build, strand, option, "count").arguments().whole("count", 1, 1, Integer.MAX_VALUE);
                    wrapped = () -> ControlSteps.retry(
                            build,
                            strand,
                            count,
                            () -> strand.within(strand.context().block(), inner));
                }
                case "timestamps" ->
                    wrapped = () -> strand.within(strand.context().withTimestamps(), inner);
                default -> {
                    if (!WITHOUT_EFFECT.contains(option.name())) {
                        build.log(strand.context(), "Note: the option " + option.name() + " does not act here.");
                    }
                }
            }
        }
        wrapped.call();
    }

    private static StepCall call(Build build, Strand strand, Directive option, String positional) {
        Map<String, Object> values = new LinkedHashMap<>();
        option.named().forEach((k, v) -> values.put(String.valueOf(k), v));
        if (values.isEmpty()) {
            if (option.arguments().size() != 1) {
                throw new InvalidInputException("The option " + option.name() + " needs " + positional + ".");
            }
            values.put(positional, option.arguments().get(0));
        }
        return new StepCall(build, strand, "option " + option.name(), values, null);
    }
}
