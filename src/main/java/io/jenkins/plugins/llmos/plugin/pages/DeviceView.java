package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Health;
import io.jenkins.plugins.llmos.engine.accelerator.Reading;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.List;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A device and who holds it.
 *
 * @param index on its agent
 * @param model the vendor's name
 * @param uuid the vendor's identifier, empty if unknown
 * @param memoryBytes 0 if unknown
 * @param memoryUsedBytes when it was probed last, null if unknown
 * @param temperatureCelsius when it was probed last, null if unknown
 * @param state {@code FREE}, {@code HELD}, {@code ERROR} or, where its agent takes no jobs, {@code OFFLINE}
 * @param holders more than one where they share it
 */
@ExportedBean(defaultVisibility = 4)
public record DeviceView(
        @Exported int index,
        @Exported String model,
        @Exported String uuid,
        @Exported long memoryBytes,
        @Exported Long memoryUsedBytes,
        @Exported Double temperatureCelsius,
        @Exported String state,
        @Exported List<JobView> holders) {

    static DeviceView of(Device device, Reading reading, boolean online, List<JobView> holders) {
        String state =
                device.health() == Health.ERROR ? "ERROR" : !holders.isEmpty() ? "HELD" : online ? "FREE" : "OFFLINE";
        return new DeviceView(
                device.index(),
                device.model(),
                device.uuid(),
                device.memoryBytes(),
                reading == null || reading.memoryUsedBytes() < 0 ? null : reading.memoryUsedBytes(),
                reading == null || Double.isNaN(reading.celsius()) ? null : reading.celsius(),
                state,
                holders);
    }

    /** The state in words. */
    public String stateText() {
        return Texts.of("device." + state.toLowerCase(Locale.ROOT));
    }

    /** Its memory, and how much of that is in use; empty if unknown. */
    public String memory() {
        String all = memoryBytes == 0 ? "" : Units.formatBytes(memoryBytes);
        return memoryUsedBytes == null || all.isEmpty()
                ? all
                : Texts.of("device.memory", Units.formatBytes(memoryUsedBytes), all);
    }

    /** Empty if unknown. */
    public String temperature() {
        return temperatureCelsius == null ? "" : Math.round(temperatureCelsius) + " °C";
    }
}
