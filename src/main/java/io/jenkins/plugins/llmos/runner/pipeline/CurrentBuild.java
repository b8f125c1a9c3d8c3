package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The {@code currentBuild} of a script. */
public final class CurrentBuild {
    private final int number;
    private final String job;
    private final Instant started;
    private final Result previous;
    private Result result;
    private String displayName;
    private String description;

    CurrentBuild(String job, int number, Instant started, Result previous) {
        this.job = job;
        this.number = number;
        this.started = started;
        this.previous = previous;
        this.displayName = "#" + number;
    }

    /** The result so far, or null while nothing has made it worse than a success. */
    public synchronized String getResult() {
        return result == null ? null : result.name();
    }

    /** Sets the result; a better one than the present is ignored. */
    public synchronized void setResult(String name) {
        worsen(Result.of(name));
    }

    synchronized void worsen(Result to) {
        result = result == null ? to : result.worse(to);
    }

    synchronized Result resultSoFar() {
        return result == null ? Result.SUCCESS : result;
    }

    public String getCurrentResult() {
        return resultSoFar().name();
    }

    public boolean resultIsBetterOrEqualTo(String other) {
        return resultSoFar().compareTo(Result.of(other)) <= 0;
    }

    public boolean resultIsWorseOrEqualTo(String other) {
        return resultSoFar().compareTo(Result.of(other)) >= 0;
    }

    public int getNumber() {
        return number;
    }

    public String getId() {
        return Integer.toString(number);
    }

    public synchronized String getDisplayName() {
        return displayName;
    }

    public synchronized void setDisplayName(String displayName) {
        this.displayName = displayName;
    }

    public synchronized String getDescription() {
        return description;
    }

    public synchronized void setDescription(String description) {
        this.description = description;
    }

    public String getFullDisplayName() {
        return job + " " + getDisplayName();
    }

    public String getProjectName() {
        return job;
    }

    public String getFullProjectName() {
        return job;
    }

    public long getStartTimeInMillis() {
        return started.toEpochMilli();
    }

    public long getTimeInMillis() {
        return started.toEpochMilli();
    }

    /** Milliseconds since the start. */
    public long getDuration() {
        return Duration.between(started, Instant.now()).toMillis();
    }

    public String getDurationString() {
        return Units.format(Duration.ofMillis(getDuration())) + " and counting";
    }

    /** The run before this one in its result only, or null. */
    public PreviousBuild getPreviousBuild() {
        return previous == null ? null : new PreviousBuild(number - 1, previous.name());
    }

    Result previousResult() {
        return previous;
    }

    public List<Map<String, String>> getBuildCauses() {
        return List.of(Map.of("shortDescription", "Started from the command line"));
    }

    public String getAbsoluteUrl() {
        return null;
    }

    /** Runs are kept until their folder is removed. */
    public void setKeepLog(boolean keep) {}

    /**
     * What a script sees of an earlier run.
     *
     * @param number its number
     * @param result how it ended
     */
    public record PreviousBuild(int number, String result) {
        public int getNumber() {
            return number;
        }

        public String getResult() {
            return result;
        }

        public String getCurrentResult() {
            return result;
        }
    }
}
