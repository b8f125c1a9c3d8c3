package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import java.time.Instant;
import java.util.List;

/**
 * Devices that one run of a job holds.
 *
 * @param key the job's key
 * @param machine name of the machine
 * @param devices the devices by index; for a share of a device, that device; empty if the job asked for none
 * @param attempt which run of the job this is, from 1
 * @param since when they were given
 */
public record Allocation(String key, String machine, List<Device> devices, int attempt, Instant since) {
    public Allocation {
        devices = List.copyOf(devices);
    }

    /** The devices' indexes on the machine. */
    public List<Integer> indexes() {
        return devices.stream().map(Device::index).toList();
    }
}
