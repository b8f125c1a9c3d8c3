package io.jenkins.plugins.llmos.runner.pipeline;

import java.nio.file.Path;
import java.util.Map;

/**
 * What became of one {@code llmosTrain}.
 *
 * @param key stable over attempts and resumed runs
 * @param name what its user calls it
 * @param control its control folder, with its events
 * @param status how far it is
 * @param attempts how often its process was started in this run, 0 where an earlier result was used
 * @param result what it returned, empty until then
 */
public record Training(String key, String name, Path control, Status status, int attempts, Map<String, Object> result) {
    /** How far a training is. */
    public enum Status {
        RUNNING,
        DONE,
        YIELDED,
        FAILED
    }

    Training with(Status to) {
        return new Training(key, name, control, to, attempts, result);
    }

    Training startedAgain() {
        return new Training(key, name, control, Status.RUNNING, attempts + 1, result);
    }

    Training done(Map<String, Object> with) {
        return new Training(key, name, control, Status.DONE, attempts, with);
    }
}
