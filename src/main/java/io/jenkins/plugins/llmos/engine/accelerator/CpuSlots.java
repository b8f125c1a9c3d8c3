package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.ArrayList;
import java.util.List;

/**
 * Devices for a machine without an accelerator: so many jobs may use its processor at a time. Each slot counts as having
 * an equal part of the machine's memory.
 */
public final class CpuSlots implements Probe {
    private final int slots;
    private final long memoryBytes;

    /**
     * @param slots at least 1
     * @param memoryBytes of the machine, {@link Machine#UNLIMITED} if that is not known
     */
    public CpuSlots(int slots, long memoryBytes) {
        this.slots = slots;
        this.memoryBytes = memoryBytes == Machine.UNLIMITED ? 0 : memoryBytes;
    }

    @Override
    public Finding look() {
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            devices.add(Device.of(i, "cpu", memoryBytes / slots, DeviceKind.CPU_SLOT));
        }
        return new Finding(devices, List.of());
    }
}
