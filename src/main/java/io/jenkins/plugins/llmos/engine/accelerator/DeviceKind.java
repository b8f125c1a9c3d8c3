package io.jenkins.plugins.llmos.engine.accelerator;

/** What sort of thing a device is. */
public enum DeviceKind {
    /** A share of the host's processor, for machines without an accelerator. */
    CPU_SLOT,
    /** A GPU, or a MIG slice of one, seen by {@code nvidia-smi}. */
    NVIDIA,
    /** A GPU seen by {@code rocm-smi}. */
    AMD,
    /** Any other accelerator, such as one that stands in a trace. */
    OTHER
}
