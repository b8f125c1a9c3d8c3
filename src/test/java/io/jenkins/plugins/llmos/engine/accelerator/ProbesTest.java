package io.jenkins.plugins.llmos.engine.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProbesTest {
    @TempDir
    Path dir;

    private static String fixture(String name) throws IOException {
        try (InputStream in = ProbesTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path tool(String script) throws IOException {
        Path tool = dir.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\n" + script);
        assertTrue(tool.toFile().setExecutable(true));
        return tool;
    }

    private Path answer(String name) throws IOException {
        return Files.writeString(dir.resolve(name), fixture(name));
    }

    @Test
    void oneGpu() throws IOException {
        Probe.Finding found = NvidiaProbe.parse(fixture("nvidia-one.csv"));
        assertEquals(List.of(), found.problems());
        Device gpu = found.devices().get(0);
        assertEquals("NVIDIA H100 80GB HBM3", gpu.model());
        assertEquals(81559L << 20, gpu.memoryBytes());
        assertEquals("GPU-8f2d3c1a-5b7e-4f60-9a11-2c3d4e5f6071", gpu.uuid());
        assertEquals(69.52, gpu.powerWatts());
        assertEquals(Health.OK, gpu.health());
    }

    @Test
    void eightGpusMakeOneGroup() throws IOException {
        Probe.Finding found = NvidiaProbe.parse(fixture("nvidia-eight.csv"));
        assertEquals(8, found.devices().size());
        Fleet fleet = Fleet.of(Machine.of("m", found.devices()));
        assertEquals(1, fleet.groups().size());
        assertTrue(fleet.canEverHold(Demand.ofDevices(8)));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void slicesStandInThePlaceOfACutGpu() throws IOException {
        Path query = answer("nvidia-mig.csv");
        Path list = answer("nvidia-mig-list.txt");
        Path tool = tool("case \"$1\" in -L) cat " + list + ";; *) cat " + query + ";; esac\n");
        Probe.Finding found = new NvidiaProbe(tool.toString(), Duration.ofSeconds(20)).look();
        assertEquals(List.of(), found.problems());
        assertEquals(
                List.of("3g.20gb", "2g.10gb", "1g.5gb+me", ""),
                found.devices().stream().map(Device::migProfile).toList());
        assertEquals(
                List.of(0, 1, 2, 3), found.devices().stream().map(Device::index).toList());
        assertEquals(20L << 30, found.devices().get(0).memoryBytes());
        assertEquals(
                "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f",
                found.devices().get(0).uuid());
        Fleet fleet = Fleet.of(Machine.of("m", found.devices()));
        assertFalse(fleet.canEverHold(Demand.ofDevices(2)), "slices of different sizes are no gang");
    }

    @Test
    void aGpuInErrorIsListedButGivenToNobody() throws IOException {
        Probe.Finding found = NvidiaProbe.parse(fixture("nvidia-error.csv"));
        assertEquals(
                List.of(Health.OK, Health.ERROR, Health.ERROR),
                found.devices().stream().map(Device::health).toList());
        assertEquals(3, found.problems().size(), found.problems().toString());
        assertEquals(1, Fleet.of(Machine.of("m", found.devices())).deviceCount());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void noDriverMeansCpuSlotsAndAReason() throws IOException {
        Path text = answer("nvidia-no-driver.txt");
        Path tool = tool("cat " + text + "\nexit 9\n");
        LocalMachine.Detection found =
                LocalMachine.detect(2, List.of(new NvidiaProbe(tool.toString(), Duration.ofSeconds(20))));
        assertEquals(2, found.machine().devices().size());
        assertEquals(DeviceKind.CPU_SLOT, found.machine().devices().get(0).kind());
        assertTrue(
                found.problems().get(0).contains("couldn't communicate"),
                found.problems().toString());
    }

    @Test
    void noToolMeansCpuSlotsAndSilence() {
        LocalMachine.Detection found = LocalMachine.detect(
                1, List.of(new NvidiaProbe(dir.resolve("none").toString(), Duration.ofSeconds(1))));
        assertEquals(List.of(), found.problems());
        assertEquals(1, found.machine().devices().size());
        assertThrows(InvalidInputException.class, () -> LocalMachine.detect(0));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aToolThatHangsIsEndedWithItsChildren() throws Exception {
        Path mark = dir.resolve("pid");
        Path tool = tool("sleep 300 & echo $! > " + mark + "\nwait\n");
        long start = System.nanoTime();
        Probe.Finding found = new NvidiaProbe(tool.toString(), Duration.ofSeconds(2)).look();
        assertTrue(System.nanoTime() - start < 20_000_000_000L);
        assertTrue(
                found.problems().get(0).contains("did not answer"),
                found.problems().toString());
        long child = Long.parseLong(Files.readString(mark).strip());
        for (int i = 0; i < 500 && alive(child); i++) {
            Thread.sleep(10);
        }
        assertFalse(alive(child));
    }

    /** A process that has ended but that nobody has waited for still has a handle, without a command. */
    private static boolean alive(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/stat");
        if (!Files.exists(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
        return Files.exists(status) && !Files.readString(status).contains(") Z ");
    }

    @Test
    void garbageIsReportedNotGuessedAt() {
        Probe.Finding found = NvidiaProbe.parse("\u0000\u0001 lorem, ipsum\n9999999, a, b, c\n0, x\n,,,\n");
        assertEquals(List.of(), found.devices());
        assertEquals(4, found.problems().size());
        assertEquals(1, RocmProbe.parse("Segmentation fault").problems().size());
        assertEquals(1, RocmProbe.parse("{\"card0\": ").problems().size());
    }

    @Test
    void amdGpus() throws IOException {
        Probe.Finding found = RocmProbe.parse(fixture("rocm-two.json"));
        assertEquals("AMD Instinct MI250X", found.devices().get(0).model());
        assertEquals(68702699520L, found.devices().get(0).memoryBytes());
        assertEquals(89.0, found.devices().get(0).powerWatts());
        assertEquals("AMD Instinct MI210", found.devices().get(1).model());
        assertEquals(Health.ERROR, found.devices().get(1).health());
        assertEquals(1, found.problems().size());
    }

    @Test
    void temperatureAndMemoryInUseAreReadWhereTheToolTellsThem() {
        Probe.Finding found = NvidiaProbe.parse("""
                0, GPU-1, NVIDIA H100, 81559, Disabled, 69.5, 0, 41, 1024
                1, GPU-2, NVIDIA H100, 81559, Disabled, 69.5, 0, [N/A], [N/A]
                """);
        assertEquals(List.of(), found.problems());
        assertEquals(new Reading(0, 41, 1L << 30), found.readings().get(0));
        assertEquals(new Reading(1, Double.NaN, -1), found.readings().get(1));
        Probe.Finding amd = RocmProbe.parse("""
                {"card0": {"Card series": "MI300X", "VRAM Total Memory (B)": "1000", "VRAM Total Used Memory (B)": "10",
                "Temperature (Sensor edge) (C)": "35.0", "Temperature (Sensor junction) (C)": "47.0"}}""");
        assertEquals(List.of(new Reading(0, 47, 10)), amd.readings());
    }
}
