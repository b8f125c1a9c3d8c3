package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The arguments of {@code llmosSchedule}, and what its body sees of the answer, in every host. */
public final class ScheduleArguments {
    private static final String STEP = "llmosSchedule";

    /** All of them. */
    public static final List<String> NAMES = Stream.concat(
                    Demand.ARGUMENTS.stream(), Stream.of("estimate", "priority", "preemptible", "pool"))
            .toList();

    private ScheduleArguments() {}

    /**
     * Reads the arguments; {@code pool} is the host's to read.
     *
     * @param key see {@link JobRequest#key}
     * @param name see {@link JobRequest#name}
     * @throws InvalidInputException if one is unknown or wrong
     */
    public static JobRequest read(Map<String, ?> given, String key, String name) {
        Map<String, Object> demand = new LinkedHashMap<>();
        given.forEach((argument, value) -> {
            if (!NAMES.contains(argument)) {
                throw new InvalidInputException(
                        STEP + " has no argument '" + argument + "'. " + Suggestions.sentence(argument, NAMES));
            }
            if (Demand.ARGUMENTS.contains(argument) && value != null) {
                demand.put(argument, value);
            }
        });
        Arguments a = new Arguments(STEP, given);
        JobRequest request = JobRequest.of(key, name, Demand.from(demand))
                .withPriority((int) a.whole("priority", 0, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2))
                .withPreemptible(a.flag("preemptible", true));
        return a.duration("estimate").map(request::withEstimate).orElse(request);
    }

    /** The name of a pool, if one was given. */
    public static Optional<String> pool(Map<String, ?> given) {
        return new Arguments(STEP, given).text("pool").filter(p -> !p.isBlank());
    }

    /**
     * The environment in which a body sees just the devices it holds.
     *
     * @param checkpoints a folder that stays the same, or is copied along, over all attempts
     */
    public static Map<String, String> environment(List<Device> devices, int attempt, String checkpoints) {
        Map<String, String> environment = new LinkedHashMap<>();
        String nvidia = visible(devices, DeviceKind.NVIDIA);
        environment.put("CUDA_VISIBLE_DEVICES", nvidia);
        // An empty value would mean all devices to NVIDIA's container runtime.
        environment.put("NVIDIA_VISIBLE_DEVICES", nvidia.isEmpty() ? "void" : nvidia);
        environment.put("ROCR_VISIBLE_DEVICES", visible(devices, DeviceKind.AMD));
        environment.put(
                "LLMOS_DEVICES",
                String.join(
                        ",",
                        devices.stream().map(d -> Integer.toString(d.index())).toList()));
        environment.put("LLMOS_ATTEMPT", Integer.toString(attempt));
        environment.put("LLMOS_CHECKPOINT_DIR", checkpoints);
        return environment;
    }

    private static String visible(List<Device> devices, DeviceKind kind) {
        return String.join(
                ",",
                devices.stream()
                        .filter(d -> d.kind() == kind)
                        .map(d -> d.uuid().isEmpty() ? Integer.toString(d.index()) : d.uuid())
                        .toList());
    }
}
