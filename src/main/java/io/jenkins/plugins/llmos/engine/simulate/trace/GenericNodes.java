package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The plain format for machines: a name and the number of devices; what is left out never limits a job. */
public final class GenericNodes implements Format<Machine> {
    private static final int MOST_CPUS = 100_000;

    @Override
    public String name() {
        return "generic";
    }

    @Override
    public List<String> required() {
        return List.of("name", "gpus");
    }

    @Override
    public List<String> optional() {
        return List.of("gpuModel", "gpuMemory", "cpus", "memory", "disk");
    }

    @Override
    public Optional<Machine> read(Row row) {
        List<Device> devices = IntStream.range(0, row.whole("gpus", 0, 10_000, 0))
                .mapToObj(i -> Device.of(i, row.text("gpuModel", "gpu"), row.bytes("gpuMemory"), DeviceKind.OTHER))
                .toList();
        return Optional.of(new Machine(
                row.text("name", row.defaultId()),
                devices,
                row.text("cpus").isEmpty() ? Machine.UNLIMITED : row.whole("cpus", 0, MOST_CPUS, 0) * 1000L,
                row.text("memory").isEmpty() ? Machine.UNLIMITED : row.bytes("memory"),
                row.text("disk").isEmpty() ? Machine.UNLIMITED : row.bytes("disk")));
    }
}
