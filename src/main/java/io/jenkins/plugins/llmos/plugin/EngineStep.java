package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * A step whose arguments the engine reads, as it does in every host. Setters of its classes tell Jenkins the arguments'
 * names and types, for the form and for Declarative; what a Pipeline writes comes as it is.
 */
public abstract class EngineStep extends Step {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    /** A step that a form fills in. */
    protected EngineStep() {}

    /** A step with what a Pipeline wrote. Nulls and empty texts, as of parameters left empty, are arguments not given. */
    protected EngineStep(Map<String, ?> arguments) {
        arguments.forEach((name, value) -> {
            Object plain = plain(value);
            if (plain != null && !plain.equals("")) {
                this.arguments.put(name, plain);
            }
        });
    }

    @Override
    public final StepExecution start(StepContext context) throws IOException, InterruptedException {
        try {
            return begin(context, arguments);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /**
     * The step's execution.
     *
     * @throws InvalidInputException if an argument is wrong
     */
    protected abstract StepExecution begin(StepContext context, Map<String, Object> arguments)
            throws IOException, InterruptedException;

    /** Keeps what a form sends. It sends what nobody filled in or ticked, too, which is left out. */
    protected final void put(String name, Object value) {
        if (value != null && !value.equals("") && !value.equals(false)) {
            arguments.put(name, value);
        }
    }

    /** Keeps a flag that says something when it is false, too. */
    protected final void putFlag(String name, Boolean value) {
        if (value != null) {
            arguments.put(name, value);
        }
    }

    /** Texts, lists and maps that a Pipeline can keep over a restart and an agent can read: no interpolated ones, no views. */
    public static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            LinkedHashMap<String, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(String.valueOf(k), plain(v)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list.stream().map(EngineStep::plain).toList());
        }
        return value instanceof CharSequence text ? text.toString() : value;
    }

    /** Such a step as Pipeline knows it. */
    protected abstract static class EngineStepDescriptor extends StepDescriptor {
        /**
         * Looks at arguments before they are shown as a call of the step.
         *
         * @throws InvalidInputException if one is wrong
         */
        protected abstract void check(Map<String, Object> arguments);

        /**
         * {@inheritDoc} Stapler reads what is no number, or not such a one, as if nobody had filled the field in; here the
         * text stays, so that the engine says what is wrong with it.
         */
        @Override
        public Step newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            Step step = super.newInstance(req, form);
            SubmittedForm.of(form).filled(numbers(step)).forEach(((EngineStep) step).arguments::putIfAbsent);
            return step;
        }

        /** The names of a step's arguments that are numbers. */
        private static List<String> numbers(Step step) {
            return Arrays.stream(step.getClass().getMethods())
                    .filter(m -> m.isAnnotationPresent(DataBoundSetter.class)
                            && Number.class.isAssignableFrom(m.getParameterTypes()[0]))
                    .map(m -> Character.toLowerCase(m.getName().charAt(3))
                            + m.getName().substring(4))
                    .toList();
        }

        /** The Snippet Generator shows the message of an {@code UnsupportedOperationException} in place of a snippet. */
        @Override
        public UninstantiatedDescribable uninstantiate(Step step) {
            Map<String, Object> arguments = ((EngineStep) step).arguments;
            try {
                check(arguments);
            } catch (InvalidInputException e) {
                throw new UnsupportedOperationException(e.getMessage(), e);
            }
            return new UninstantiatedDescribable(arguments);
        }
    }
}
