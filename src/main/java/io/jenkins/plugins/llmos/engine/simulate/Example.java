package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The founding example: five models, all present at once, on one machine of one device, 3 CPUs and 6 G of memory. They
 * run 2, 4, 1, 3 and 5 hours and need (CPUs, memory) of (1, 3), (2, 5), (1, 2), (2, 4) and (3, 6).
 */
public final class Example {
    private static final int[] HOURS = {2, 4, 1, 3, 5};
    private static final int[][] RESOURCES = {{1, 3}, {2, 5}, {1, 2}, {2, 4}, {3, 6}};
    private static final long GIB = 1L << 30;

    private Example() {}

    /** The five models, called 1 to 5. */
    public static List<TraceJob> jobs() {
        List<TraceJob> jobs = new ArrayList<>();
        for (int i = 0; i < HOURS.length; i++) {
            Demand demand = Demand.ofDevices(1).withHost(RESOURCES[i][0] * 1000L, RESOURCES[i][1] * GIB, 0);
            String name = String.valueOf(i + 1);
            jobs.add(new TraceJob(name, name, "", demand, 0, HOURS[i] * 3600L * Ticks.SECOND, OptionalLong.empty(), 0));
        }
        return jobs;
    }

    /** The one machine. */
    public static Fleet fleet() {
        Device device = Device.of(0, "gpu", 0, DeviceKind.OTHER);
        return Fleet.of(new Machine("machine", List.of(device), 3000, 6 * GIB, Machine.UNLIMITED));
    }

    /** Free preemption, a quantum of one hour and queues of las that end at 1, 2 and 4 hours. */
    public static PoolSettings settings(String policy) {
        return PoolSettings.of(policy)
                .withPreemptionCost(Duration.ZERO)
                .withMinimumRun(Duration.ZERO)
                .withQuantum(Duration.ofHours(1))
                .withLasThresholds(List.of(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4)));
    }

    /** The names of the jobs in order of their slices, such as {@code 3 1 4 2 5}. */
    public static String order(Result result) {
        return String.join(
                " ",
                result.slices().stream()
                        .sorted((a, b) -> Long.compare(a.start(), b.start()))
                        .map(s -> result.outcomes().get(s.job()).job().id())
                        .toList());
    }
}
