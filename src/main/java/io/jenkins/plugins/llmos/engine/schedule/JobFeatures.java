package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a job before it has run, from which its duration is estimated.
 *
 * @param job the name that runs of the same job share, empty if none
 * @param owner whose it is, empty if unknown
 * @param demand what it asks for
 * @param parameters whatever distinguishes one run of the job from another, such as epochs or a model
 * @param userEstimate what its user says
 */
public record JobFeatures(
        String job, String owner, Demand demand, Map<String, String> parameters, Optional<Duration> userEstimate) {
    public JobFeatures {
        parameters = Map.copyOf(parameters);
    }

    /** A job of which nothing but its demand and owner is known. */
    public static JobFeatures of(String job, String owner, Demand demand) {
        return new JobFeatures(job, owner, demand, Map.of(), Optional.empty());
    }
}
