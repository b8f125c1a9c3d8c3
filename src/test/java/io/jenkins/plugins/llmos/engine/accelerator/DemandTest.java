package io.jenkins.plugins.llmos.engine.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandTest {
    @Test
    void readsWhatAJobAsksFor() {
        Demand d = Demand.from(
                Map.of("gpus", 2, "gpuMemory", "16G", "gpuModel", "H100|A100", "cpus", "1.5", "disk", "1T"));
        assertEquals(new Demand(2, 16L << 30, List.of("H100", "A100"), 1000, 1500, 0, 1L << 40), d);
        assertEquals(Demand.ofDevices(1), Demand.from(Map.of()));
        assertEquals(500, Demand.from(Map.of("gpuShare", 0.5)).shareMilli());
        assertEquals(
                List.of("T4"), Demand.from(Map.of("gpuModel", List.of("T4"))).gpuModels());
    }

    @Test
    void prefersModelsInTheOrderGiven() {
        Demand d = Demand.from(Map.of("gpuModel", "H100|A100"));
        Device a100 = Device.of(0, "NVIDIA A100-SXM4-80GB", 1, DeviceKind.NVIDIA);
        assertEquals(1, d.preference(a100));
        assertEquals(-1, d.preference(Device.of(0, "Tesla T4", 1, DeviceKind.NVIDIA)));
    }

    @ParameterizedTest
    @CsvSource({
        "gpu, 1, Did you mean 'gpus'",
        "gpus, -1, whole number",
        "gpus, 1.5, whole number",
        "gpus, many, not a number",
        "gpuShare, 0, above 0 up to 1",
        "gpuShare, 1.5, above 0 up to 1",
        "gpuMemory, 16Q, not a size",
        "gpuModel, H100||A100, is empty",
        "cpus, -2, number such as"
    })
    void refusesWithAReason(String name, String value, String part) {
        String message = assertThrows(InvalidInputException.class, () -> Demand.from(Map.of(name, value)))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
