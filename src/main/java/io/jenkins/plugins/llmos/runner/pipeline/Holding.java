package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * The devices that one attempt of an {@code llmosSchedule} holds.
 *
 * @param job the job's name
 * @param attempt 1 for the first
 * @param devices names of the devices
 * @param environment what the body sees of them
 * @param remaining told the seconds that the work inside still needs, whenever they are known better
 */
record Holding(
        String job, int attempt, List<String> devices, Map<String, String> environment, DoubleConsumer remaining) {
    Holding {
        devices = List.copyOf(devices);
        environment = Map.copyOf(environment);
    }
}
