package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.stream.Collectors;

/** What people read in the queue about a block that waits. */
final class WaitingText {
    private WaitingText() {}

    static String of(Block block) {
        Allocation held = block.allocation;
        if (held != null) {
            return Texts.of("wait.checkpoints", EngineTexts.place(held.machine()));
        }
        String text = Texts.of(
                "wait.for", EngineTexts.demand(shown(block.request().demand()).toString()), block.pool());
        if (!block.problem.isEmpty()) {
            return Texts.of("wait.problem", text, EngineTexts.of(block.problem));
        }
        PoolListener.Place place = block.place;
        if (place == null) {
            return text;
        }
        String placed = Texts.of("wait.place", text, place.rank(), place.of());
        return place.predictedStart()
                .map(p -> Texts.of("wait.start", placed, Units.format(p)))
                .orElse(placed);
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
