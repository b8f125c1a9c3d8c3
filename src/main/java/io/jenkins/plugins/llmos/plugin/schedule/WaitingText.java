package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.util.Units;

/** What people read in the queue about a block that waits. */
final class WaitingText {
    private WaitingText() {}

    static String of(Block block) {
        Allocation held = block.allocation;
        if (held != null) {
            return "Its devices are on " + held.machine() + "; its checkpoints are brought there";
        }
        Demand demand = block.request().demand();
        String text = "Waits for " + (demand.label().equals(Places.ANY) ? demand.withLabel("") : demand) + " of pool "
                + block.pool();
        if (!block.problem.isEmpty()) {
            return text + ": " + block.problem;
        }
        PoolListener.Place place = block.place;
        return place == null
                ? text
                : text + ", " + place.rank() + " of " + place.of() + " in the queue"
                        + place.predictedStart()
                                .map(p -> ", to start in about " + Units.format(p))
                                .orElse("");
    }
}
