package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Deployment;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;

/** {@code llmosDeploy}: registers a model and points a stage at it. */
final class DeployStep {
    private DeployStep() {}

    static StepDefinition definition() {
        return new StepDefinition("llmosDeploy", null, null, StepDefinition.Body.NONE, true, DeployStep::run);
    }

    private static Object run(StepCall call) throws Interruption {
        Build build = call.build();
        build.refuseIfEnding();
        DeployRequest request = DeployRequest.from(call.values());
        Deployment deployment = Deployment.run(
                request,
                new ModelRegistry(build.options().registry()),
                call.folder(),
                EncryptionStep.access("read", request.model(), request.key(), build, call.context()),
                build.folder().job() + " #" + build.folder().number());
        call.log("Deployed: " + deployment.describe());
        return deployment.result();
    }
}
