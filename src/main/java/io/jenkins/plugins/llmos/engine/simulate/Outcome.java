package io.jenkins.plugins.llmos.engine.simulate;

/**
 * How one job of a trace fared. Times in nanoseconds.
 *
 * @param firstStart when it first got devices
 * @param completion when it ended
 * @param preemptions how often it had to yield
 * @param firstEstimate the run time that was estimated when it came
 */
public record Outcome(TraceJob job, long firstStart, long completion, int preemptions, long firstEstimate) {
    /** Completion minus arrival. */
    public long jct() {
        return completion - job.arrival();
    }

    /** Time in which it did no work: in the queue, or restarting after a preemption. */
    public long waited() {
        return jct() - job.runTime();
    }

    /** JCT over run time. */
    public double slowdown() {
        return jct() / (double) job.runTime();
    }
}
