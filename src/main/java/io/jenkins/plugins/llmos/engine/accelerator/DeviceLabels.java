package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Names by which people choose machines for the devices they have. */
public final class DeviceLabels {
    private static final long GIB = 1L << 30;
    /** Vendors, families and all else in a model's name that does not tell one model from another. */
    private static final String NOISE =
            "nvidia|amd|ati|intel|tesla|geforce|quadro|instinct|radeon|graphics|hbm\\d*e?|gddr\\d+x?|pcie?|sxm\\d*|oam|\\d+gi?b";

    private DeviceLabels() {}

    /**
     * The labels of a machine: {@code gpu}, {@code gpu-h100} for each model, {@code gpu-80g} for each amount of memory in
     * whole GiB, {@code gpus-8} for the number of healthy ones, and {@code cuda-12}; none where there is no GPU.
     *
     * @param cuda version that the driver supports, such as {@code 12.4}, empty if unknown
     */
    public static Set<String> of(Iterable<Device> devices, String cuda) {
        Set<String> labels = new TreeSet<>();
        int count = 0;
        for (Device device : devices) {
            if (device.kind() == DeviceKind.CPU_SLOT || device.health() != Health.OK) {
                continue;
            }
            count++;
            labels.add("gpu");
            String model = model(device.model());
            if (!model.isEmpty()) {
                labels.add("gpu-" + model);
            }
            if (device.memoryBytes() > 0) {
                labels.add("gpu-" + Math.max(1, Math.round(device.memoryBytes() / (double) GIB)) + "g");
            }
            if (device.kind() == DeviceKind.NVIDIA && !cuda.isEmpty()) {
                labels.add("cuda-" + cuda.split("\\.", 2)[0]);
            }
        }
        if (count > 0) {
            labels.add("gpus-" + count);
        }
        return labels;
    }

    /** What of a vendor's name people call a model: {@code NVIDIA H100 80GB HBM3} is {@code h100}. */
    static String model(String name) {
        String[] words = name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1);
        return String.join(
                "-",
                Stream.of(words).filter(w -> !w.isEmpty() && !w.matches(NOISE)).toList());
    }
}
