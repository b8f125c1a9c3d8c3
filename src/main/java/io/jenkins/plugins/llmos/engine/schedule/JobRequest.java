package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A job that asks a {@link DevicePool} for devices.
 *
 * @param key stands for the job: the same after it has yielded, different from that of every other job
 * @param name what people call it; runs of the same job share it, and its history
 * @param owner whose it is, empty if unknown
 * @param demand what it asks for
 * @param estimate how long its user thinks it works
 * @param priority higher goes first; 0 is usual
 * @param preemptible whether it may be asked to yield
 * @param preemptionCost what yielding and starting again costs it; empty for the pool's setting
 * @param parameters whatever distinguishes one run of the job from another
 */
public record JobRequest(
        String key,
        String name,
        String owner,
        Demand demand,
        Optional<Duration> estimate,
        int priority,
        boolean preemptible,
        Optional<Duration> preemptionCost,
        Map<String, String> parameters) {
    public JobRequest {
        Objects.requireNonNull(key);
        Objects.requireNonNull(name);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(demand);
        parameters = Map.copyOf(parameters);
    }

    /** A preemptible job of usual priority. */
    public static JobRequest of(String key, String name, Demand demand) {
        return new JobRequest(key, name, "", demand, Optional.empty(), 0, true, Optional.empty(), Map.of());
    }

    public JobRequest withDemand(Demand value) {
        return new JobRequest(key, name, owner, value, estimate, priority, preemptible, preemptionCost, parameters);
    }

    public JobRequest withOwner(String value) {
        return new JobRequest(key, name, value, demand, estimate, priority, preemptible, preemptionCost, parameters);
    }

    public JobRequest withEstimate(Duration value) {
        return new JobRequest(
                key, name, owner, demand, Optional.of(value), priority, preemptible, preemptionCost, parameters);
    }

    public JobRequest withPriority(int value) {
        return new JobRequest(key, name, owner, demand, estimate, value, preemptible, preemptionCost, parameters);
    }

    public JobRequest withPreemptible(boolean value) {
        return new JobRequest(key, name, owner, demand, estimate, priority, value, preemptionCost, parameters);
    }

    public JobRequest withPreemptionCost(Duration value) {
        return new JobRequest(
                key, name, owner, demand, estimate, priority, preemptible, Optional.of(value), parameters);
    }

    public JobRequest withParameters(Map<String, String> value) {
        return new JobRequest(key, name, owner, demand, estimate, priority, preemptible, preemptionCost, value);
    }

    JobFeatures features() {
        return new JobFeatures(name, owner, demand, parameters, estimate);
    }
}
