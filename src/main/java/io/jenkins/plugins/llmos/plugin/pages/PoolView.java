package io.jenkins.plugins.llmos.plugin.pages;

import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A pool of devices.
 *
 * @param name as configured
 * @param label expression of its agents, empty for all that belong to no other
 * @param policy name of the policy
 * @param devices how many there are on agents that are online
 * @param held how many of them somebody holds
 * @param running how many jobs run
 * @param waiting how many wait
 */
@ExportedBean(defaultVisibility = 4)
public record PoolView(
        @Exported String name,
        @Exported String label,
        @Exported String policy,
        @Exported int devices,
        @Exported int held,
        @Exported int running,
        @Exported int waiting) {}
