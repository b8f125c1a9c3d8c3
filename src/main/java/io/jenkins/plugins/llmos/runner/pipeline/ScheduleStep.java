package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.schedule.JobRequest;
import io.jenkins.plugins.llmos.engine.schedule.Lease;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * {@code llmosSchedule}: waits its turn, holds devices around its block, and runs the block again when it had to yield.
 */
final class ScheduleStep {
    static final List<String> ARGUMENTS = Stream.concat(
                    Demand.ARGUMENTS.stream(), Stream.of("estimate", "priority", "preemptible", "pool"))
            .toList();

    private ScheduleStep() {}

    static StepDefinition definition() {
        return new StepDefinition(
                "llmosSchedule",
                null,
                ARGUMENTS,
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
        JobRequest request = request(given, path, name(build, outside, fallback));
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

    private static JobRequest request(Map<String, Object> given, String key, String name) {
        Map<String, Object> demand = new LinkedHashMap<>();
        given.forEach((argument, value) -> {
            if (!ARGUMENTS.contains(argument)) {
                throw new InvalidInputException("llmosSchedule has no argument '" + argument + "'. "
                        + Suggestions.sentence(argument, ARGUMENTS));
            }
            if (Demand.ARGUMENTS.contains(argument) && value != null) {
                demand.put(argument, value);
            }
        });
        Arguments a = new Arguments("llmosSchedule", given);
        JobRequest request = JobRequest.of(key, name, Demand.from(demand))
                .withPriority((int) a.whole("priority", 0, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2))
                .withPreemptible(a.flag("preemptible", true));
        Optional<String> estimate = a.text("estimate");
        if (estimate.isEmpty()) {
            return request;
        }
        Duration d = Units.duration("llmosSchedule's argument 'estimate'", estimate.get());
        return request.withEstimate(d);
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

    /** What the body sees of the devices it holds. */
    static Map<String, String> environment(Lease lease, int attempt, Path checkpoints) {
        Map<String, String> environment = new LinkedHashMap<>();
        String nvidia = devices(lease, DeviceKind.NVIDIA);
        String amd = devices(lease, DeviceKind.AMD);
        environment.put("CUDA_VISIBLE_DEVICES", nvidia);
        // An empty value would mean all devices to NVIDIA's container runtime.
        environment.put("NVIDIA_VISIBLE_DEVICES", nvidia.isEmpty() ? "void" : nvidia);
        environment.put("ROCR_VISIBLE_DEVICES", amd);
        environment.put(
                "LLMOS_DEVICES",
                String.join(
                        ",",
                        lease.devices().stream()
                                .map(d -> Integer.toString(d.index()))
                                .toList()));
        environment.put("LLMOS_ATTEMPT", Integer.toString(attempt));
        environment.put("LLMOS_CHECKPOINT_DIR", checkpoints.toString());
        return environment;
    }

    private static String devices(Lease lease, DeviceKind kind) {
        return String.join(
                ",",
                lease.devices().stream()
                        .filter(d -> d.kind() == kind)
                        .map(d -> d.uuid().isEmpty() ? Integer.toString(d.index()) : d.uuid())
                        .toList());
    }
}
