package io.jenkins.plugins.llmos.runner.pipeline;

import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.around;
import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.plain;

import java.util.List;

/** Steps that say something or change the build's result. */
final class LogSteps {
    private LogSteps() {}

    static List<StepDefinition> all() {
        return List.of(
                plain("echo", List.of("message"), LogSteps::echo),
                plain("error", List.of("message"), LogSteps::error),
                plain("unstable", List.of("message"), LogSteps::unstable),
                around(
                        "catchError",
                        List.of("message", "buildResult", "stageResult", "catchInterruptions"),
                        LogSteps::catchError),
                around("warnError", List.of("message", "catchInterruptions"), LogSteps::warnError),
                around("timestamps", List.of(), c -> c.body(c.context().withTimestamps())));
    }

    private static Object echo(StepCall call) throws StepFailure {
        call.log(call.required("message"));
        return null;
    }

    private static Object error(StepCall call) throws StepFailure {
        throw new StepFailure(call.text("message", "The script called error."));
    }

    private static Object unstable(StepCall call) throws StepFailure {
        call.log("WARNING: " + call.required("message"));
        call.build().currentBuild().worsen(Result.UNSTABLE);
        return null;
    }

    private static Object catchError(StepCall call) throws Exception {
        String buildResult = call.text("buildResult", "FAILURE");
        Result worsenTo = buildResult.equals("null") ? Result.SUCCESS : Result.of(buildResult);
        if (call.value("stageResult") != null) {
            Result.of(call.text("stageResult", null));
        }
        return caught(call, worsenTo, call.text("message", null));
    }

    private static Object warnError(StepCall call) throws Exception {
        return caught(call, Result.UNSTABLE, call.required("message"));
    }

    private static Object caught(StepCall call, Result worsenTo, String message) throws Exception {
        try {
            call.body(call.context().block());
        } catch (Exception | AssertionError e) {
            Interruption interruption = Interruption.in(e);
            if (interruption != null && !call.arguments().flag("catchInterruptions", true)) {
                throw e;
            }
            if (message != null) {
                call.log(message);
            }
            call.log("ERROR: " + ScriptFailure.messageOf(e));
            if (worsenTo != Result.SUCCESS) {
                call.build().currentBuild().worsen(interruption == null ? worsenTo : worsenTo.worse(Result.ABORTED));
            }
        }
        return null;
    }
}
