package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.schedule.Cluster;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;

/** What the simulated scheduler believes of how long jobs work. Jobs are numbered in order of arrival. */
public interface Oracle {
    /** The estimated run time, in nanoseconds, of a job that comes now. */
    default long arrived(int number, TraceJob job) {
        return estimate(number, job, 0);
    }

    /** The run time, in nanoseconds, that is thought most likely for a job that comes now. */
    default long predicted(int number, TraceJob job) {
        return estimate(number, job, 0);
    }

    /** The share of jobs whose run time lay in the interval given for it, NaN if none is given. */
    default double coverage() {
        return Double.NaN;
    }

    /** The estimated work left, in nanoseconds, of a job that has done some. */
    long estimate(int number, TraceJob job, long attained);

    /** Learns from a job that has ended. */
    default void completed(int number, TraceJob job) {}

    /** Brings the estimates of the cluster's jobs up to date before a decision. */
    default void refresh(Cluster cluster, long now) {}

    /** When estimates should next be brought up to date though nothing happens. */
    default long wake() {
        return Ticks.NEVER;
    }

    /** Whether it knows only what a scheduler could have known. */
    default boolean learnsFromHistory() {
        return false;
    }

    /** The truth. */
    static Oracle perfect() {
        return (number, job, attained) -> job.runTime() - attained;
    }
}
