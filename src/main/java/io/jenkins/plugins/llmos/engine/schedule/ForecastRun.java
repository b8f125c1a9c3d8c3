package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;
import java.util.List;

/**
 * A run that goes on now, or that a policy will start if nobody else comes and every estimate is right.
 *
 * @param key the job's key
 * @param machine name of the machine
 * @param devices indexes on it; empty if the job asks for none
 * @param start when it started or will start
 * @param end when it will end or yield
 */
public record ForecastRun(String key, String machine, List<Integer> devices, Instant start, Instant end) {
    public ForecastRun {
        devices = List.copyOf(devices);
    }

    static ForecastRun of(JobState job, long now) {
        JobState.Run run = job.run().orElseThrow();
        long end = Ticks.plus(now, job.timeLeftAt(now));
        return new ForecastRun(job.id(), run.machine(), run.devices(), Ticks.at(run.startedAt()), Ticks.at(end));
    }

    ForecastRun until(Instant when) {
        return new ForecastRun(key, machine, devices, start, when);
    }
}
