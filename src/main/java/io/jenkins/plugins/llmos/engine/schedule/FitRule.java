package io.jenkins.plugins.llmos.engine.schedule;

/** What happens to the jobs behind one that does not fit now. */
public enum FitRule {
    /** They may pass it; a reservation protects a job that has aged. */
    SKIP,
    /** They wait behind it. */
    STRICT
}
