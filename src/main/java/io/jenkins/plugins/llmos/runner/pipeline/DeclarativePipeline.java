package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;

/** Runs a Declarative Pipeline: its stages in order, each with its options, agent, environment, conditions and post. */
final class DeclarativePipeline {
    private final Build build;
    private final List<Directive> directives;
    private boolean skipAfterUnstable;
    private boolean alwaysFailFast;

    DeclarativePipeline(Build build, Closure<?> body) {
        this.build = build;
        this.directives = Directives.of(body);
    }

    void run() throws Exception {
        DeclarativeParameters.apply(build, Directives.of(Directives.block(directives, "parameters")));
        report();
        List<Directive> options = Directives.of(Directives.block(directives, "options"));
        skipAfterUnstable = Directives.find(options, "skipStagesAfterUnstable").isPresent();
        alwaysFailFast = Directives.find(options, "parallelsAlwaysFailFast").isPresent();
        Strand strand = Strand.current();
        DeclarativeOptions.around(
                build,
                strand,
                options,
                () -> DeclarativeAgent.around(
                        build, strand, Directives.find(directives, "agent").orElse(null), "the pipeline", () -> {
                            withEnvironment(strand, directives, () -> {
                                withPost(
                                        strand,
                                        directives,
                                        () -> stages(strand, Directives.block(directives, "stages")));
                                return null;
                            });
                            return null;
                        }));
    }

    private void report() {
        Directives.of(Directives.block(directives, "triggers"))
                .forEach(t -> build.log("Note: the trigger " + t.name()
                        + " does not act here; start the run yourself or from a timer of your system."));
        for (String name : List.of("tools", "libraries")) {
            Directives.find(directives, name)
                    .ifPresent(d -> build.log("Note: " + name + " does not act here; what is on the machine is used."));
        }
    }

    private void stages(Strand strand, Closure<?> block) throws Exception {
        Throwable failure = null;
        for (Directive stage : Directives.of(block)) {
            if (failure != null) {
                build.log(strand.context(), "Stage '" + stage.text() + "' is skipped because an earlier one failed.");
                continue;
            }
            if (skipAfterUnstable && build.currentBuild().resultSoFar() == Result.UNSTABLE) {
                build.log(strand.context(), "Stage '" + stage.text() + "' is skipped because the build is unstable.");
                continue;
            }
            try {
                stage(strand, stage);
            } catch (Exception | Error e) {
                failure = e;
            }
        }
        rethrow(failure);
    }

    private void stage(Strand strand, Directive stage) throws Exception {
        String name = stage.text();
        List<Directive> own = Directives.of(stage.block());
        Context inside = BlockSteps.enterStage(build, strand.context(), name);
        Directives.find(own, "tools")
                .ifPresent(d -> build.log(inside, "Note: tools does not act here; what is on the machine is used."));
        strand.within(inside, () -> {
            DeclarativeOptions.around(
                    build,
                    strand,
                    Directives.of(Directives.block(own, "options")),
                    () -> DeclarativeAgent.around(
                            build,
                            strand,
                            Directives.find(own, "agent").orElse(null),
                            "stage '" + name + "'",
                            () -> withEnvironment(strand, own, () -> {
                                if (!DeclarativeWhen.holds(
                                        build, strand.context(), Directives.of(Directives.block(own, "when")))) {
                                    build.log(
                                            strand.context(),
                                            "Stage '" + name + "' is skipped: its when does not hold.");
                                    return null;
                                }
                                withPost(strand, own, () -> content(strand, own));
                                return null;
                            })));
            return null;
        });
    }

    private void content(Strand strand, List<Directive> stage) throws Exception {
        Closure<?> steps = Directives.block(stage, "steps");
        if (steps != null) {
            steps.call();
            return;
        }
        Closure<?> stages = Directives.block(stage, "stages");
        if (stages != null) {
            stages(strand, stages);
            return;
        }
        boolean failFast = alwaysFailFast
                || Directives.find(stage, "failFast")
                        .map(d -> d.arguments().isEmpty()
                                || DefaultTypeTransformation.castToBoolean(
                                        d.arguments().get(0)))
                        .orElse(false);
        Map<String, Callable<Object>> branches = new LinkedHashMap<>();
        for (Directive branch : Directives.of(Directives.block(stage, "parallel"))) {
            branches.put(branch.text(), () -> {
                stage(Strand.current(), branch);
                return null;
            });
        }
        ParallelStep.run(build, strand, branches, failFast);
    }

    /** Evaluates the variables one after the other, so that later ones can use earlier ones. */
    private Object withEnvironment(Strand strand, List<Directive> block, Callable<Object> body) throws Exception {
        return withVariables(strand, Directives.of(Directives.block(block, "environment")), 0, body);
    }

    private Object withVariables(Strand strand, List<Directive> variables, int from, Callable<Object> body)
            throws Exception {
        if (from == variables.size()) {
            return body.call();
        }
        Directive variable = variables.get(from);
        Object value = variable.block().call();
        Context inside = strand.context()
                .withEnvironment(build.environment()
                        .resolve(Map.of(variable.name(), value == null ? "null" : value.toString())));
        return strand.within(inside, () -> withVariables(strand, variables, from + 1, body));
    }

    private interface Work {
        void run() throws Exception;
    }

    private void withPost(Strand strand, List<Directive> block, Work work) throws Exception {
        Throwable failure = null;
        try {
            work.run();
        } catch (Exception | Error e) {
            failure = e;
        }
        List<Directive> post = Directives.of(Directives.block(block, "post"));
        rethrow(DeclarativePost.run(build, strand, post, failure));
    }

    private static void rethrow(Throwable failure) throws Exception {
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
