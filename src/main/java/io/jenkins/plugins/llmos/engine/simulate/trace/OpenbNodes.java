package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Machines of Alibaba's cluster-trace-gpu-v2023; the memory of the devices is not told. */
public final class OpenbNodes implements Format<Machine> {
    @Override
    public String name() {
        return "openb";
    }

    @Override
    public List<String> required() {
        return List.of("sn", "cpu_milli", "memory_mib", "gpu");
    }

    @Override
    public List<String> optional() {
        return List.of("model");
    }

    @Override
    public Optional<Machine> read(Row row) {
        String model = row.text("model", "gpu");
        List<Device> devices = IntStream.range(0, row.whole("gpu", 0, 10_000, 0))
                .mapToObj(i -> Device.of(i, model, 0, DeviceKind.OTHER))
                .toList();
        return Optional.of(new Machine(
                row.text("sn", row.defaultId()),
                devices,
                row.whole("cpu_milli", 0, Integer.MAX_VALUE, 0),
                row.whole("memory_mib", 0, Integer.MAX_VALUE, 0) * 1024L * 1024L,
                Machine.UNLIMITED));
    }
}
