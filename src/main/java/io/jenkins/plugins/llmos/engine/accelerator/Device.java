package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.Objects;

/**
 * One accelerator, or one CPU slot where there is none.
 *
 * @param index the device's position on its machine, from 0, as {@code CUDA_VISIBLE_DEVICES} counts; unique there
 * @param uuid the vendor's identifier; for a MIG slice the slice's own; empty if unknown
 * @param model the vendor's name, such as {@code NVIDIA H100 80GB HBM3}, or {@code cpu}
 * @param memoryBytes device memory in bytes; 0 if unknown
 * @param migProfile the profile of a MIG slice, such as {@code 1g.10gb}, else empty
 * @param health whether it may be given to jobs
 * @param kind what sort of device it is
 * @param powerWatts power drawn when probed, in watts; NaN if the tool does not say
 */
public record Device(
        int index,
        String uuid,
        String model,
        long memoryBytes,
        String migProfile,
        Health health,
        DeviceKind kind,
        double powerWatts) {
    public Device {
        Objects.requireNonNull(uuid);
        Objects.requireNonNull(model);
        Objects.requireNonNull(migProfile);
        Objects.requireNonNull(health);
        Objects.requireNonNull(kind);
        if (index < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("device " + index + " with " + memoryBytes + " bytes");
        }
    }

    /** A healthy device of which only model and memory are known. */
    public static Device of(int index, String model, long memoryBytes, DeviceKind kind) {
        return new Device(index, "", model, memoryBytes, "", Health.OK, kind, Double.NaN);
    }

    /** Whether two devices are interchangeable for a gang. */
    boolean alike(Device other) {
        return model.equals(other.model)
                && memoryBytes == other.memoryBytes
                && migProfile.equals(other.migProfile)
                && kind == other.kind;
    }
}
