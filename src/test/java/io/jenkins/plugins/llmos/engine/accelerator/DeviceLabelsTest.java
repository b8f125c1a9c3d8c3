package io.jenkins.plugins.llmos.engine.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceLabelsTest {
    @ParameterizedTest
    @CsvSource({
        "NVIDIA H100 80GB HBM3, h100",
        "NVIDIA A100-SXM4-40GB, a100",
        "Tesla V100-PCIE-16GB, v100",
        "NVIDIA GeForce RTX 4090, rtx-4090",
        "AMD Instinct MI300X OAM, mi300x",
    })
    void aModelIsCalledWhatPeopleCallIt(String name, String label) {
        assertEquals(label, DeviceLabels.model(name));
    }

    @Test
    void aMachineIsLabelledByItsHealthyGpus() {
        List<Device> devices = List.of(
                Device.of(0, "NVIDIA H100 80GB HBM3", 81559L << 20, DeviceKind.NVIDIA),
                Device.of(1, "NVIDIA H100 80GB HBM3", 81559L << 20, DeviceKind.NVIDIA));
        assertEquals(Set.of("gpu", "gpu-h100", "gpu-80g", "gpus-2", "cuda-12"), DeviceLabels.of(devices, "12.4"));
        assertEquals(Set.of(), DeviceLabels.of(List.of(Device.of(0, "cpu", 0, DeviceKind.CPU_SLOT)), ""));
    }
}
