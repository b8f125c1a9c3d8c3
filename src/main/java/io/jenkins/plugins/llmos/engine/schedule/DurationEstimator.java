package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Duration;

/**
 * Estimates how long a job will still work, from what a scheduler can know at that moment. Implementations need not be
 * thread-safe.
 */
public interface DurationEstimator {
    /**
     * Estimates the work left.
     *
     * @param attained work the job has done without ending; 0 for a new one
     */
    Estimate estimate(JobFeatures job, Duration attained);

    /**
     * Learns from a job that has ended by itself.
     *
     * @param work the work it took in all its runs, restarts not counted
     */
    void completed(JobFeatures job, Duration work);
}
