package io.jenkins.plugins.llmos.plugin.agents;

import io.jenkins.plugins.llmos.engine.accelerator.LocalMachine;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.accelerator.NvidiaProbe;
import io.jenkins.plugins.llmos.engine.accelerator.Reading;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Looks for the devices of the machine it runs on. */
final class ProbeDevices extends MasterToSlaveCallable<ProbeDevices.Found, RuntimeException> {
    private static final long serialVersionUID = 1L;

    private final int slots;

    /** @param slots CPU slots where there is no GPU, at least 1 */
    ProbeDevices(int slots) {
        this.slots = slots;
    }

    /**
     * What was found.
     *
     * @param machine as JSON
     * @param problems a sentence each
     * @param readings as JSON
     * @param cuda version that the NVIDIA driver supports, empty if there is none
     */
    record Found(String machine, ArrayList<String> problems, String readings, String cuda) implements Serializable {
        Machine parsed() {
            return Json.parse(machine, Machine.class);
        }

        List<Reading> current() {
            return List.of(Json.parse(readings, Reading[].class));
        }
    }

    @Override
    public Found call() {
        LocalMachine.Detection found = LocalMachine.detect(slots);
        List<String> problems = found.problems();
        return new Found(
                Json.line(found.machine()),
                new ArrayList<>(problems),
                Json.line(found.readings()),
                NvidiaProbe.cudaVersion());
    }
}
