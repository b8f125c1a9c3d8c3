package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleArgumentsTest {
    private static Map<String, String> environment(Map<String, ?> arguments, Device... devices) {
        JobRequest request = ScheduleArguments.read(arguments, "key", "job");
        return ScheduleArguments.environment(request.demand(), List.of(devices), 2, "/kept");
    }

    @Test
    void aBodySeesTheDevicesAndCpusItHolds() {
        assertEquals(
                Map.of(
                        "CUDA_VISIBLE_DEVICES", "1,3",
                        "NVIDIA_VISIBLE_DEVICES", "1,3",
                        "ROCR_VISIBLE_DEVICES", "-1",
                        "LLMOS_DEVICES", "1,3",
                        "LLMOS_CPUS", "4",
                        "LLMOS_ATTEMPT", "2",
                        "LLMOS_CHECKPOINT_DIR", "/kept"),
                environment(
                        Map.of("gpus", 2, "cpus", 4),
                        Device.of(1, "H100", 0, DeviceKind.NVIDIA),
                        Device.of(3, "H100", 0, DeviceKind.NVIDIA)));
    }

    @Test
    void cpusMayBeFractions() {
        assertEquals("0.5", environment(Map.of("cpus", "0.50")).get("LLMOS_CPUS"));
        assertEquals("10", environment(Map.of("cpus", 10)).get("LLMOS_CPUS"));
        assertEquals("", environment(Map.of()).get("LLMOS_CPUS"));
    }

    @Test
    void aBodyThatHoldsNoGpuSeesNone() {
        Map<String, String> seen = environment(Map.of(), Device.of(0, "cpu", 0, DeviceKind.CPU_SLOT));
        assertEquals("-1", seen.get("CUDA_VISIBLE_DEVICES"));
        assertEquals("void", seen.get("NVIDIA_VISIBLE_DEVICES"));
        assertEquals("-1", seen.get("ROCR_VISIBLE_DEVICES"));
    }
}
