package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.util.OptionalLong;

/**
 * One job of a trace. Times are nanoseconds; the trace's own origin counts as 1970.
 *
 * @param id unique in its trace
 * @param name what runs of the same job share, empty if the trace does not tell
 * @param owner whose it is, empty if the trace does not tell
 * @param demand what it is given
 * @param asked what it asked for when it came, which may be more than the replay looks at
 * @param arrival when it came
 * @param runTime how long it works, above 0
 * @param userEstimate how long its user said it would
 * @param priority higher goes first
 */
public record TraceJob(
        String id,
        String name,
        String owner,
        Demand demand,
        Demand asked,
        long arrival,
        long runTime,
        OptionalLong userEstimate,
        int priority) {
    public TraceJob {
        if (runTime <= 0) {
            throw new IllegalArgumentException("job " + id + " has a run time of " + runTime);
        }
    }

    /** A job that is given what it asks for. */
    public TraceJob(
            String id,
            String name,
            String owner,
            Demand demand,
            long arrival,
            long runTime,
            OptionalLong userEstimate,
            int priority) {
        this(id, name, owner, demand, demand, arrival, runTime, userEstimate, priority);
    }

    /** A job of which a trace tells no more. */
    public static TraceJob of(String id, Demand demand, long arrival, long runTime) {
        return new TraceJob(id, "", "", demand, arrival, runTime, OptionalLong.empty(), 0);
    }
}
