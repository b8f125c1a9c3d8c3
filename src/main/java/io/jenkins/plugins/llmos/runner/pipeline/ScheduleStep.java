package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.schedule.JobRequest;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@code llmosSchedule}: waits its turn, holds devices around its block, and runs the block again when it had to yield.
 */
final class ScheduleStep {
    private ScheduleStep() {}

    static StepDefinition definition() {
        return new StepDefinition(
                "llmosSchedule",
                null,
                ScheduleArguments.NAMES,
                StepDefinition.Body.REQUIRED,
                false,
                c -> run(
                        c.build(),
                        c.strand(),
                        c.values(),
                        "",
                        () -> c.body(c.context().block())));
    }

    /** Runs a body while devices are held; {@code fallback} names the job where no stage or branch does. */
    static Object run(Build build, Strand strand, Map<String, Object> given, String fallback, Callable<Object> body)
            throws Exception {
        Context outside = strand.context();
        String path = outside.path() + "/schedule-" + build.ordinal(outside.path(), "schedule");
        JobRequest request = ScheduleArguments.read(given, path, name(build, outside, fallback));
        try (Schedules.Job job = build.schedules().enter(path, request.name(), outside)) {
            while (true) {
                build.refuseIfEnding();
                try (Schedules.Turn turn = job.await(request)) {
                    try {
                        build.forgetOrdinals(path);
                        Object result = turn.run(strand, body);
                        turn.end(TimelineEntry.Outcome.COMPLETED);
                        return result;
                    } catch (Exception | Error e) {
                        if (!turn.wasAskedToYield(e)) {
                            throw e;
                        }
                        turn.end(TimelineEntry.Outcome.YIELDED);
                    }
                }
            }
        }
    }

    private static String name(Build build, Context context, String fallback) {
        if (!context.branch().isEmpty()) {
            return context.branch();
        }
        if (context.stage() != null) {
            return context.stage();
        }
        return fallback.isEmpty() ? build.folder().job() : fallback;
    }
}
