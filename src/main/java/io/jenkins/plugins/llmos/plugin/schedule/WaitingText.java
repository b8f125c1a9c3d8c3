package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.util.stream.Collectors;

/** What people read in the queue about a block that waits. */
final class WaitingText {
    private WaitingText() {}

    static String of(Block block) {
        Allocation held = block.allocation;
        if (held != null) {
            return "Its devices are on " + held.machine() + "; its checkpoints are brought there";
        }
        String text = "Waits for " + shown(block.request().demand()) + " of pool " + block.pool();
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

    /** Why a block can never start on what there is now, empty if it can. */
    static String problem(Block block, Fleet fleet) {
        Demand demand = block.request().demand();
        if (fleet.canEverHold(demand)) {
            return "";
        }
        String devices = fleet.groups().stream()
                .map(g -> g.devices().size() + " x " + g.sample().model() + " on "
                        + fleet.machine(g.machine()).name())
                .collect(Collectors.joining(", "));
        return "no agent of pool " + block.pool() + " that is online has " + shown(demand)
                + (devices.isEmpty() ? "; there is none with a device" : "; there is " + devices);
    }

    private static Demand shown(Demand demand) {
        return demand.label().equals(Places.ANY) ? demand.withLabel("") : demand;
    }
}
