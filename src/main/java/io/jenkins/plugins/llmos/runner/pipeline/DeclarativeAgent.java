package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Gives a pipeline or a stage the place that its {@code agent} asks for. */
final class DeclarativeAgent {
    private DeclarativeAgent() {}

    /**
     * Runs a body there.
     *
     * @param agent the directive, or null where the place outside is kept
     * @param what what the agent is for, as the name of a job that waits for devices
     */
    static Object around(Build build, Strand strand, Directive agent, String what, Callable<Object> body)
            throws Exception {
        if (agent == null || "none".equals(agent.text())) {
            return body.call();
        }
        List<Directive> inner = Directives.of(agent.block());
        for (Directive d : inner) {
            if (d.name().equals("llmos")) {
                Map<String, Object> demand = new LinkedHashMap<>();
                for (Directive argument : Directives.of(d.block())) {
                    if (argument.name().equals("label")) {
                        continue;
                    }
                    demand.put(
                            argument.name(),
                            argument.arguments().isEmpty()
                                    ? null
                                    : argument.arguments().get(0));
                }
                return ScheduleStep.run(
                        build,
                        strand,
                        demand,
                        what,
                        () -> strand.within(BlockSteps.onNode(build, strand.context()), body));
            }
        }
        return strand.within(BlockSteps.onNode(build, strand.context()), body);
    }
}
