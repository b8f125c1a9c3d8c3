package io.jenkins.plugins.llmos.engine.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Power integrated over time. */
class EnergyTest {
    private static PowerReading reading(double seconds, double watts, double joules) {
        return new PowerReading(
                Math.round(seconds * 1e9),
                Map.of("GPU-a", watts),
                Map.of("zone", joules),
                Map.of("zone", 1000.0),
                List.of());
    }

    private static Energy of(List<PowerReading> readings) {
        EnergyMeter meter = new EnergyMeter(null);
        readings.forEach(meter::add);
        return meter.total();
    }

    @Property(tries = 200)
    void energyAddsUpWhereverAReadingDividesIt(
            @ForAll @Size(min = 3, max = 12) List<@DoubleRange(min = 0, max = 700) Double> watts,
            @ForAll @IntRange(min = 1, max = 100) int pause,
            @ForAll @IntRange(min = 0, max = 100) int where) {
        List<PowerReading> all = new ArrayList<>();
        for (int i = 0; i < watts.size(); i++) {
            // The counter begins again at 1,000.
            all.add(reading(i * pause, watts.get(i), (i * 290.0) % 1000));
        }
        int cut = 1 + where % (watts.size() - 2);
        Energy whole = of(all);
        Energy parts = of(all.subList(0, cut + 1)).plus(of(all.subList(cut, all.size())));
        assertEquals(whole.devices(), parts.devices(), 1e-6);
        assertEquals(whole.processors(), parts.processors(), 1e-6);
        assertEquals(whole.measured(), parts.measured(), 1e-6);
        assertTrue(whole.devices() >= 0);
        assertEquals(290.0 * (watts.size() - 1), whole.processors(), 1e-6);
    }

    @Test
    void constantPowerIsPowerTimesTimeAndAGapIsNotGuessedAt() {
        Energy energy = of(List.of(reading(0, 360, 0), reading(10, 360, 0), reading(20, 360, 0)));
        assertEquals(7200, energy.devices(), 1e-9);
        assertEquals(7200 / 3.6e6, energy.kilowattHours(), 1e-12);
        Energy gap = of(List.of(
                new PowerReading(0, Map.of("GPU-a", 300.0), Map.of(), Map.of(), List.of()),
                new PowerReading(600_000_000_000L, Map.of("GPU-a", 300.0), Map.of(), Map.of(), List.of())));
        assertNull(gap.devices());
        assertTrue(gap.words().startsWith("not measured"), gap.words());
    }

    @Test
    void onlyTheDevicesHeldCount() {
        EnergyMeter meter = new EnergyMeter(List.of("GPU-b"));
        meter.add(new PowerReading(0, Map.of("GPU-a", 300.0, "GPU-b", 50.0), Map.of(), Map.of(), List.of()));
        meter.add(
                new PowerReading(2_000_000_000L, Map.of("GPU-a", 300.0, "GPU-b", 70.0), Map.of(), Map.of(), List.of()));
        assertEquals(120, meter.total().devices(), 1e-9);
        assertTrue(
                meter.total().words().contains("processors not known"),
                meter.total().words());
    }

    @Test
    void whatCannotBeReadIsSaid(@TempDir Path folder) throws IOException {
        Device silent = new Device(0, "GPU-a", "H100", 1, "", Health.OK, DeviceKind.NVIDIA, Double.NaN);
        PowerReading none = PowerReading.of(List.of(silent), folder.resolve("powercap"), 0);
        assertEquals(2, none.problems().size(), none.problems()::toString);
        assertTrue(none.problems().get(0).contains("power of H100 0 is not known"), none.problems()::toString);
        assertTrue(none.problems().get(1).contains("no RAPL zone"), none.problems()::toString);
        assertTrue(of(List.of(none, none)).words().startsWith("not measured: The power of H100"));

        Path zone = Files.createDirectories(folder.resolve("powercap/intel-rapl:0"));
        Files.createDirectories(folder.resolve("powercap/intel-rapl:0:0"));
        Files.writeString(zone.resolve("energy_uj"), "5000000\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
        PowerReading read = PowerReading.of(List.of(), folder.resolve("powercap"), 0);
        assertEquals(Map.of("intel-rapl:0", 5.0), read.joules());
        assertEquals(List.of(), read.problems());
    }

    @Test
    void aProcessSeesTheDevicesThatItsEnvironmentNames() {
        List<Device> devices = List.of(
                new Device(0, "GPU-a", "H100", 1, "", Health.OK, DeviceKind.NVIDIA, 70),
                new Device(1, "GPU-b", "H100", 1, "", Health.OK, DeviceKind.NVIDIA, 70));
        assertEquals(List.of("GPU-a", "GPU-b"), PowerReading.visible(devices, Map.of()));
        assertEquals(List.of("GPU-b"), PowerReading.visible(devices, Map.of("CUDA_VISIBLE_DEVICES", "GPU-b")));
        assertEquals(List.of("GPU-b"), PowerReading.visible(devices, Map.of("CUDA_VISIBLE_DEVICES", "1")));
        assertEquals(List.of(), PowerReading.visible(devices, Map.of("CUDA_VISIBLE_DEVICES", "-1")));
    }
}
