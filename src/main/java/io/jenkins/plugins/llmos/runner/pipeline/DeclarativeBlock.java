package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The blocks of a Declarative Pipeline, and what each may hold. */
enum DeclarativeBlock {
    PIPELINE,
    STAGES,
    STAGE,
    PARALLEL,
    AGENT,
    AGENT_NODE,
    AGENT_LLMOS,
    OPTIONS,
    PARAMETERS,
    TRIGGERS,
    POST,
    WHEN,
    /** Assignments only. */
    ENVIRONMENT,
    /** Steps only. */
    STEPS,
    /** Anything: values of a directive that is evaluated or reported elsewhere. */
    FREE;

    /**
     * How a directive may be written.
     *
     * @param inner what its block holds, or null where it has none to check
     * @param blockOnly whether a block is all that follows its name
     * @param refusal why it cannot be used, or null
     * @param reportedOnly whether it does not act here, so that its arguments are not looked at
     */
    record Rule(DeclarativeBlock inner, boolean blockOnly, String refusal, boolean reportedOnly) {
        private static Rule value() {
            return new Rule(null, false, null, false);
        }

        private static Rule block(DeclarativeBlock inner) {
            return new Rule(inner, true, null, false);
        }

        private static Rule either(DeclarativeBlock inner) {
            return new Rule(inner, false, null, false);
        }

        private static Rule refused(String why) {
            return new Rule(null, false, why, false);
        }

        private static Rule reported() {
            return new Rule(null, false, null, true);
        }
    }

    private static final Map<DeclarativeBlock, Map<String, Rule>> RULES = new EnumMap<>(DeclarativeBlock.class);

    static {
        String containers = "needs containers, which the runner does not start. Use agent any or a label, and have the"
                + " tools installed.";
        PIPELINE.rule(Rule.either(AGENT), "agent");
        PIPELINE.rule(Rule.block(STAGES), "stages");
        PIPELINE.rule(Rule.block(ENVIRONMENT), "environment");
        PIPELINE.rule(Rule.block(PARAMETERS), "parameters");
        PIPELINE.rule(Rule.block(OPTIONS), "options");
        PIPELINE.rule(Rule.block(POST), "post");
        PIPELINE.rule(Rule.block(TRIGGERS), "triggers");
        PIPELINE.rule(Rule.reported(), "tools", "libraries");
        STAGES.rule(Rule.either(STAGE), "stage");
        STAGE.rule(Rule.either(AGENT), "agent");
        STAGE.rule(Rule.block(STEPS), "steps");
        STAGE.rule(Rule.block(STAGES), "stages");
        STAGE.rule(Rule.block(PARALLEL), "parallel");
        STAGE.rule(Rule.block(ENVIRONMENT), "environment");
        STAGE.rule(Rule.block(OPTIONS), "options");
        STAGE.rule(Rule.block(POST), "post");
        STAGE.rule(Rule.block(WHEN), "when");
        STAGE.rule(Rule.reported(), "tools");
        STAGE.rule(Rule.value(), "failFast");
        STAGE.rule(
                Rule.refused("asks a person, and nobody is asked here. Use a parameter and --param NAME=VALUE."),
                "input");
        STAGE.rule(Rule.refused("is not supported by the runner. Write its cells as stages of parallel."), "matrix");
        PARALLEL.rule(Rule.either(STAGE), "stage");
        AGENT.rule(Rule.value(), "label");
        AGENT.rule(Rule.block(AGENT_NODE), "node");
        AGENT.rule(Rule.block(AGENT_LLMOS), "llmos");
        AGENT.rule(Rule.refused(containers), "docker", "dockerfile", "kubernetes");
        AGENT_NODE.rule(Rule.value(), "label", "customWorkspace");
        ScheduleArguments.NAMES.forEach(a -> AGENT_LLMOS.rule(Rule.value(), a));
        AGENT_LLMOS.rule(Rule.value(), "label");
        OPTIONS.rule(
                Rule.value(), "timeout", "retry", "timestamps", "skipStagesAfterUnstable", "parallelsAlwaysFailFast");
        OPTIONS.rule(
                Rule.reported(),
                "skipDefaultCheckout",
                "disableConcurrentBuilds",
                "buildDiscarder",
                "disableResume",
                "durabilityHint",
                "preserveStashes",
                "quietPeriod",
                "checkoutToSubdirectory",
                "newContainerPerStage",
                "overrideIndexTriggers",
                "rateLimitBuilds",
                "ansiColor",
                "copyArtifactPermission");
        PARAMETERS.rule(Rule.value(), "string", "text", "booleanParam", "choice", "password");
        PARAMETERS.rule(Rule.refused("is not supported by the runner. Use string with a path."), "file");
        PARAMETERS.rule(Rule.refused("is not supported by the runner."), "credentials", "run");
        TRIGGERS.rule(Rule.reported(), "cron", "pollSCM", "upstream", "githubPush", "gitlab", "GenericTrigger");
        DeclarativePost.CONDITIONS.forEach(c -> POST.rule(Rule.block(STEPS), c));
        WHEN.rule(Rule.value(), "branch", "environment", "equals", "triggeredBy");
        WHEN.rule(Rule.either(FREE), "expression");
        WHEN.rule(Rule.block(WHEN), "not", "allOf", "anyOf");
        WHEN.rule(Rule.value(), "beforeAgent", "beforeInput", "beforeOptions");
        WHEN.rule(Rule.value(), "changelog", "changeset", "changeRequest", "tag", "buildingTag");
    }

    private void rule(Rule rule, String... names) {
        for (String n : names) {
            RULES.computeIfAbsent(this, b -> new LinkedHashMap<>()).put(n, rule);
        }
    }

    /** How a directive may be written here, or null where it is unknown. */
    Rule rule(String directive) {
        return RULES.getOrDefault(this, Map.of()).get(directive);
    }

    Set<String> names() {
        return RULES.getOrDefault(this, Map.of()).keySet();
    }

    String listed() {
        return String.join(", ", names());
    }

    /** Whether a directive may stand here more than once. */
    boolean repeats() {
        return switch (this) {
            case STAGES, PARALLEL, PARAMETERS, TRIGGERS, WHEN -> true;
            default -> false;
        };
    }

    /** What is wrong with a block that holds just these directives. */
    List<String> missing(String block, Set<String> present) {
        List<String> problems = new ArrayList<>();
        switch (this) {
            case PIPELINE -> {
                for (String needed : List.of("agent", "stages")) {
                    if (!present.contains(needed)) {
                        problems.add(
                                "pipeline needs " + needed + (needed.equals("agent") ? " any, none or { … }." : "."));
                    }
                }
            }
            case STAGE -> {
                long bodies = List.of("steps", "stages", "parallel").stream()
                        .filter(present::contains)
                        .count();
                if (bodies != 1) {
                    problems.add("a stage needs one of steps, stages and parallel; this one has "
                            + (bodies == 0 ? "none." : "more than one."));
                }
                if (present.contains("failFast") && !present.contains("parallel")) {
                    problems.add("failFast goes with parallel in the same stage.");
                }
            }
            case STAGES, PARALLEL, PARAMETERS, POST, WHEN, TRIGGERS, OPTIONS, AGENT -> {
                if (present.isEmpty()) {
                    problems.add(block + " is empty; it may have " + listed() + ".");
                }
            }
            default -> {}
        }
        return problems;
    }
}
