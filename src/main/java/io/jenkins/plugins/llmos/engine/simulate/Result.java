package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import java.util.List;

/**
 * What one replay gave.
 *
 * @param settings what it was replayed under
 * @param outcomes every job, by arrival
 * @param deviceNanos device time held, in nanoseconds times devices
 * @param slices who held what; empty if not asked for
 * @param decisions how often the policy decided
 * @param learned whether estimates came from history
 * @param coverage share of run times inside the interval estimated for them, NaN if there was none
 */
public record Result(
        PoolSettings settings,
        Fleet fleet,
        List<Outcome> outcomes,
        double deviceNanos,
        List<Slice> slices,
        long decisions,
        boolean learned,
        double coverage) {
    public Result {
        outcomes = List.copyOf(outcomes);
        slices = List.copyOf(slices);
    }
}
