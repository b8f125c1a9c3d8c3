package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.List;
import java.util.Map;

/** Everyday steps that need a Jenkins, so that a script that uses them is told what to do instead. */
final class UnavailableSteps {
    private static final Map<String, String> WHY = Map.of(
            "bat", "runs Windows commands; on this machine use sh",
            "powershell", "runs Windows commands; on this machine use sh",
            "pwsh", "is not available here; use sh with the command pwsh",
            "input", "asks a person, and nobody is asked here; use a parameter and --param NAME=VALUE",
            "build", "starts another Jenkins job, and there are none here; run its Jenkinsfile apart",
            "withCredentials",
                    "takes secrets from Jenkins' store; here pass them as environment variables and read env.NAME",
            "credentials",
                    "takes secrets from Jenkins' store; here pass them as environment variables and read env.NAME",
            "library", "loads a shared library, which the runner does not do");

    private UnavailableSteps() {}

    static List<StepDefinition> all() {
        return WHY.entrySet().stream()
                .map(e -> new StepDefinition(
                        e.getKey(), "value", null, StepDefinition.Body.OPTIONAL, false, call -> unavailable(e)))
                .toList();
    }

    private static Object unavailable(Map.Entry<String, String> step) throws StepFailure {
        throw new StepFailure(step.getKey() + " " + step.getValue() + ".");
    }
}
