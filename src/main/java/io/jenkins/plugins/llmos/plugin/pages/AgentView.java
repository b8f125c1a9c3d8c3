package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.plugin.EngineTexts;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * An agent with its devices.
 *
 * @param name as people see it
 * @param url relative to Jenkins' root
 * @param online whether it is there and takes jobs
 * @param pool name of the pool that it belongs to
 * @param devices by index
 * @param problems what went wrong when it was probed last
 */
@ExportedBean(defaultVisibility = 4)
public record AgentView(
        @Exported String name,
        @Exported String url,
        @Exported boolean online,
        @Exported String pool,
        @Exported List<DeviceView> devices,
        @Exported List<String> problems) {

    /** What went wrong, in the language of the one who looks. */
    public List<String> problemTexts() {
        return EngineTexts.of(problems);
    }
}
