package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.List;

/**
 * A step: its name, its arguments and what it does.
 *
 * @param name as scripts call it
 * @param positional the argument that may be given without its name, or null
 * @param arguments all its arguments, or null where the step checks them itself
 * @param body whether it takes a block
 * @param needsNode whether it works only inside of {@code node}
 * @param action what it does
 */
record StepDefinition(
        String name, String positional, List<String> arguments, Body body, boolean needsNode, Action action) {
    /** Whether a step takes a block. */
    enum Body {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** What a step does. */
    @FunctionalInterface
    interface Action {
        Object run(StepCall call) throws Exception;
    }

    /** A step without a block; the first of its arguments may be given without its name. */
    static StepDefinition plain(String name, List<String> arguments, Action action) {
        return new StepDefinition(
                name, arguments.isEmpty() ? null : arguments.get(0), arguments, Body.NONE, false, action);
    }

    /** A step around a block; the first of its arguments may be given without its name. */
    static StepDefinition around(String name, List<String> arguments, Action action) {
        return new StepDefinition(
                name, arguments.isEmpty() ? null : arguments.get(0), arguments, Body.REQUIRED, false, action);
    }

    StepDefinition onNode() {
        return new StepDefinition(name, positional, arguments, body, true, action);
    }

    StepDefinition bodyOptional() {
        return new StepDefinition(name, positional, arguments, Body.OPTIONAL, needsNode, action);
    }

    StepDefinition positional(String argument) {
        return new StepDefinition(name, argument, arguments, body, needsNode, action);
    }
}
