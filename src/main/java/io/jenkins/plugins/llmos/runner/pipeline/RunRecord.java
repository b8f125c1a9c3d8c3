package io.jenkins.plugins.llmos.runner.pipeline;

import java.time.Instant;

/**
 * What {@code run.json} keeps of a run.
 *
 * @param jenkinsfile which file ran
 * @param job the job's name
 * @param number the run's number
 * @param started when
 * @param ended when, or null while it runs or after its process was killed
 * @param result how, or null like {@code ended}
 * @param resumable whether it ended before it was done and can go on
 */
record RunRecord(
        String jenkinsfile, String job, int number, Instant started, Instant ended, Result result, boolean resumable) {
    RunRecord ended(Result how, boolean canGoOn) {
        return new RunRecord(jenkinsfile, job, number, started, Instant.now(), how, canGoOn);
    }

    RunRecord again() {
        return new RunRecord(jenkinsfile, job, number, started, null, null, false);
    }

    /** Whether it stopped before it was done. */
    boolean unfinished() {
        return ended == null || resumable;
    }
}
