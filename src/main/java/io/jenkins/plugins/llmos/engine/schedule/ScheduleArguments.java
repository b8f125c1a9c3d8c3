package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The arguments of {@code llmosSchedule}, and what its body sees of the answer, in every host. */
public final class ScheduleArguments {
    private static final String STEP = "llmosSchedule";
    /** A device that there is not: CUDA and ROCm show those before it alone. */
    private static final String NO_DEVICE = "-1";

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
     * The environment in which a body sees just what it holds. No value is empty but that of {@code LLMOS_DEVICES} and
     * {@code LLMOS_CPUS}: Jenkins takes variables away that are, and without one its reader would see all devices.
     *
     * @param demand what was asked for
     * @param devices what was given
     * @param checkpoints a folder that stays the same, or is copied along, over all attempts
     */
    public static Map<String, String> environment(
            Demand demand, List<Device> devices, int attempt, String checkpoints) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CUDA_VISIBLE_DEVICES", visible(devices, DeviceKind.NVIDIA, NO_DEVICE));
        environment.put("NVIDIA_VISIBLE_DEVICES", visible(devices, DeviceKind.NVIDIA, "void"));
        environment.put("ROCR_VISIBLE_DEVICES", visible(devices, DeviceKind.AMD, NO_DEVICE));
        environment.put(
                "LLMOS_DEVICES",
                String.join(
                        ",",
                        devices.stream().map(d -> Integer.toString(d.index())).toList()));
        environment.put("LLMOS_CPUS", cpus(demand));
        environment.put("LLMOS_ATTEMPT", Integer.toString(attempt));
        environment.put("LLMOS_CHECKPOINT_DIR", checkpoints);
        return environment;
    }

    private static String visible(List<Device> devices, DeviceKind kind, String none) {
        List<String> names = devices.stream()
                .filter(d -> d.kind() == kind)
                .map(d -> d.uuid().isEmpty() ? Integer.toString(d.index()) : d.uuid())
                .toList();
        return names.isEmpty() ? none : String.join(",", names);
    }

    /** The CPUs as they were asked for, such as 4 or 0.5; empty if they were not. */
    private static String cpus(Demand demand) {
        return demand.cpuMilli() == 0
                ? ""
                : BigDecimal.valueOf(demand.cpuMilli(), 3).stripTrailingZeros().toPlainString();
    }
}
