package io.jenkins.plugins.llmos.engine.accelerator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a machine draws at one moment.
 *
 * @param nanos when, on a clock that does not go back and may begin anywhere
 * @param watts by device, see {@link #name}; devices whose power cannot be read are not there
 * @param joules that the processors have taken since some time, by package, without regard to counters that begin again
 * @param ranges after how many joules each of these begins again
 * @param problems what cannot be read, a sentence each
 */
public record PowerReading(
        long nanos,
        Map<String, Double> watts,
        Map<String, Double> joules,
        Map<String, Double> ranges,
        List<String> problems) {
    public PowerReading {
        watts = Map.copyOf(watts);
        joules = Map.copyOf(joules);
        ranges = Map.copyOf(ranges);
        problems = List.copyOf(problems);
    }

    /** What a device is called in readings. */
    public static String name(Device device) {
        return device.uuid().isEmpty() ? device.kind() + " " + device.index() : device.uuid();
    }

    /** Reads this machine; it takes as long as the vendors' tools do. */
    public static PowerReading take() {
        return of(LocalMachine.detect(1).machine().devices(), Rapl.FOLDER, System.nanoTime());
    }

    /**
     * The names of this machine's devices that a process with an environment sees, by what {@code CUDA_VISIBLE_DEVICES} and
     * {@code ROCR_VISIBLE_DEVICES} say; without them it sees all.
     */
    public static List<String> visible(Map<String, String> environment) {
        return visible(LocalMachine.detect(1).machine().devices(), environment);
    }

    static List<String> visible(List<Device> devices, Map<String, String> environment) {
        List<String> names = new ArrayList<>();
        for (Device device : devices) {
            String variable = device.kind() == DeviceKind.AMD ? "ROCR_VISIBLE_DEVICES" : "CUDA_VISIBLE_DEVICES";
            String seen = environment.get(variable);
            if (seen == null
                    || Arrays.stream(seen.split(",", -1))
                            .map(String::strip)
                            .anyMatch(s -> s.equals(Integer.toString(device.index()))
                                    || (!device.uuid().isEmpty() && s.equals(device.uuid())))) {
                names.add(name(device));
            }
        }
        return names;
    }

    static PowerReading of(List<Device> devices, Path rapl, long nanos) {
        List<String> problems = new ArrayList<>();
        Map<String, Double> watts = new LinkedHashMap<>();
        for (Device device : devices) {
            if (device.kind() == DeviceKind.CPU_SLOT) {
                continue;
            }
            if (Double.isNaN(device.powerWatts())) {
                problems.add(
                        "The power of " + device.model() + " " + device.index() + " is not known: the vendor's tool"
                                + " does not tell it" + (device.migProfile().isEmpty() ? "." : " of a slice."));
            } else {
                watts.put(name(device), device.powerWatts());
            }
        }
        Map<String, Double> joules = new LinkedHashMap<>();
        Map<String, Double> ranges = new LinkedHashMap<>();
        Rapl.read(rapl, problems).forEach((zone, counter) -> {
            joules.put(zone, counter.microjoules() / 1e6);
            ranges.put(zone, counter.range() / 1e6);
        });
        return new PowerReading(nanos, watts, joules, ranges, problems);
    }
}
