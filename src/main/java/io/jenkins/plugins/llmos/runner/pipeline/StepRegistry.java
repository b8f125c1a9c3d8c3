package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import groovy.lang.MissingMethodException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The steps that scripts can call. */
final class StepRegistry {
    private final Map<String, StepDefinition> steps = new LinkedHashMap<>();

    private StepRegistry() {}

    static StepRegistry standard() {
        StepRegistry registry = new StepRegistry();
        for (List<StepDefinition> group : List.of(
                BlockSteps.all(),
                ControlSteps.all(),
                LogSteps.all(),
                FileSteps.all(),
                KeepSteps.all(),
                JobProperties.all(),
                UnavailableSteps.all(),
                List.of(ShellStep.definition(), ParallelStep.definition()),
                List.of(
                        TrainStep.definition(),
                        ReportStep.definition(),
                        ScheduleStep.definition(),
                        PrivatizeStep.definition(),
                        PredictStep.definition(),
                        DeployStep.definition()))) {
            group.forEach(s -> registry.steps.put(s.name(), s));
        }
        return registry;
    }

    Set<String> names() {
        return steps.keySet();
    }

    static String unknown(String name, Collection<String> known) {
        List<String> near = Suggestions.nearest(name, known, 3);
        return "there is no step '" + name + "'. "
                + (near.isEmpty()
                        ? "docs/runner.md lists the steps that the runner knows."
                        : "Did you mean '" + String.join("' or '", near) + "'?");
    }

    /** Calls a step with the arguments as the script wrote them. */
    Object call(Build build, String name, Object[] given) throws Exception {
        StepDefinition step = steps.get(name);
        if (step == null) {
            throw new ScriptError(unknown(name, names()));
        }
        Strand strand = Strand.current();
        StepCall call = read(build, strand, step, given);
        if (step.needsNode() && strand.context().folder() == null) {
            throw new StepFailure(name + " needs a workspace. Put it inside of node { … }"
                    + " (in a Declarative Pipeline: give the pipeline or the stage an agent).");
        }
        strand.throwIfInterrupted();
        try {
            return step.action().run(call);
        } catch (MissingMethodException e) {
            throw new ScriptError(describe(e), e);
        } catch (InvalidInputException e) {
            throw new StepFailure(e.getMessage(), e);
        } catch (ClosedByInterruptException e) {
            strand.throwIfInterrupted();
            throw e;
        } catch (InterruptedException e) {
            if (!(e instanceof Interruption)) {
                strand.throwIfInterrupted();
            }
            throw e;
        }
    }

    static String describe(MissingMethodException e) {
        String on = e.getType() == null || e.getType().getSimpleName().startsWith(Jenkinsfile.CLASS)
                ? ""
                : " on " + e.getType().getSimpleName();
        List<String> types = Arrays.stream(e.getArguments())
                .map(a -> a == null
                        ? "null"
                        : a instanceof Closure ? "a block" : a.getClass().getSimpleName())
                .toList();
        return "there is no method '" + e.getMethod() + "'" + on + " that takes (" + String.join(", ", types) + ").";
    }

    private static StepCall read(Build build, Strand strand, StepDefinition step, Object[] given) throws StepFailure {
        int count = given.length;
        Closure<?> body = null;
        if (step.body() != StepDefinition.Body.NONE && count > 0 && given[count - 1] instanceof Closure<?> c) {
            body = c;
            count--;
        }
        if (step.body() == StepDefinition.Body.REQUIRED && body == null) {
            throw new StepFailure(step.name() + " needs a block: " + step.name() + "(…) { … }");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        if (count == 1 && given[0] instanceof Map<?, ?> named) {
            named.forEach((k, v) -> values.put(String.valueOf(k), v));
        } else if (count == 1 && step.positional() != null) {
            values.put(step.positional(), given[0]);
        } else if (count >= 1 && !(count == 1 && given[0] == null)) {
            throw new StepFailure(step.name()
                    + (count == 1 && given[0] instanceof Closure
                            ? " takes no block."
                            : step.positional() == null
                                    ? " takes its arguments by name: " + step.name() + "(name: value)."
                                    : " takes one argument without a name, " + step.positional()
                                            + "; give the others by name."));
        }
        if (step.arguments() != null) {
            for (String argument : values.keySet()) {
                if (!step.arguments().contains(argument)) {
                    throw new StepFailure(step.name() + " has no argument '" + argument + "'. "
                            + (step.arguments().isEmpty()
                                    ? "It takes none."
                                    : Suggestions.sentence(argument, step.arguments())));
                }
            }
        }
        return new StepCall(build, strand, step.name(), values, body);
    }
}
