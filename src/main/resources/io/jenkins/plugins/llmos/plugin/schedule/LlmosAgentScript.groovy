package io.jenkins.plugins.llmos.plugin.schedule

import org.jenkinsci.plugins.pipeline.modeldefinition.agent.CheckoutScript
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentScript2
import org.jenkinsci.plugins.workflow.cps.CpsScript

/** Runs what Declarative has inside of an agent. */
class LlmosAgentScript extends DeclarativeAgentScript2<LlmosAgent> {
    LlmosAgentScript(CpsScript script, LlmosAgent agent) {
        super(script, agent)
    }

    @Override
    void run(Closure body) {
        script.llmosSchedule(describable.arguments) {
            script.node(describable.label) {
                CheckoutScript.doCheckout2(script, describable, null, body)
            }
        }
    }
}
