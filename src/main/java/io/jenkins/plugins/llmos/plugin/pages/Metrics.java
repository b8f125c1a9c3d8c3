package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.report.PrometheusText;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What Prometheus is told. Names of jobs are not in it. */
final class Metrics {
    private Metrics() {}

    static String of(Fleet fleet, Instant now) {
        PrometheusText text = new PrometheusText();
        device(
                text,
                fleet,
                "llmos_device_held",
                "Whether a job holds the device.",
                d -> d.holders().isEmpty() ? 0.0 : 1.0);
        device(text, fleet, "llmos_device_up", "Whether the device can be given to jobs.", d -> switch (d.state()) {
            case "FREE", "HELD" -> 1.0;
            default -> 0.0;
        });
        device(
                text,
                fleet,
                "llmos_device_temperature_celsius",
                "Temperature when it was probed last.",
                DeviceView::temperatureCelsius);
        device(
                text,
                fleet,
                "llmos_device_memory_bytes",
                "Memory of the device.",
                d -> d.memoryBytes() == 0 ? null : (Double) (double) d.memoryBytes());
        device(
                text,
                fleet,
                "llmos_device_memory_used_bytes",
                "Memory in use when it was probed last.",
                d -> d.memoryUsedBytes() == null ? null : (Double) (double) d.memoryUsedBytes());
        text.gauge("llmos_pool_devices", "Devices of agents that are online.");
        fleet.pools().forEach(p -> text.sample(p.devices(), "pool", p.name()));
        text.gauge("llmos_pool_devices_held", "Devices that jobs hold.");
        fleet.pools().forEach(p -> text.sample(p.held(), "pool", p.name()));
        text.gauge("llmos_jobs_running", "Jobs that hold devices.");
        fleet.pools().forEach(p -> text.sample(p.running(), "pool", p.name()));
        text.gauge("llmos_jobs_waiting", "Jobs that wait for devices.");
        fleet.pools().forEach(p -> text.sample(p.waiting(), "pool", p.name()));
        text.gauge("llmos_longest_wait_seconds", "How long the job that waits longest has waited.");
        fleet.pools().forEach(p -> text.sample(longest(fleet.waiting(), p.name(), now), "pool", p.name()));
        text.counter("llmos_preemptions_total", "Runs that were asked to make way since Jenkins started.");
        fleet.pools().forEach(p -> text.sample(Overview.preempted().getOrDefault(p.name(), 0L), "pool", p.name()));
        text.counter("llmos_jobs_ended_total", "Jobs that ended since Jenkins started.");
        Overview.ended()
                .forEach((ended, count) -> text.sample(
                        count,
                        "pool",
                        ended.pool(),
                        "outcome",
                        ended.outcome().name().toLowerCase(Locale.ROOT)));
        return text.toString();
    }

    private static void device(
            PrometheusText text, Fleet fleet, String name, String help, Function<DeviceView, Double> value) {
        text.gauge(name, help);
        for (AgentView agent : fleet.agents()) {
            for (DeviceView device : agent.devices()) {
                Double v = value.apply(device);
                if (v != null) {
                    text.sample(
                            v,
                            "pool",
                            agent.pool(),
                            "agent",
                            agent.name(),
                            "device",
                            String.valueOf(device.index()),
                            "model",
                            device.model());
                }
            }
        }
    }

    private static double longest(List<JobView> waiting, String pool, Instant now) {
        long since = waiting.stream()
                .filter(j -> j.pool().equals(pool))
                .mapToLong(JobView::since)
                .min()
                .orElse(now.toEpochMilli());
        return Math.max(0, now.toEpochMilli() - since) / 1000.0;
    }
}
