package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.EnvVars;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;

/** Names the devices that are held at the moment: they are not known yet when the body begins. */
final class ScheduleEnvironment extends EnvironmentExpander {
    private static final long serialVersionUID = 1L;

    private final String key;

    ScheduleEnvironment(String key) {
        this.key = key;
    }

    @Override
    public void expand(EnvVars env) {
        Block block = Allocations.get().block(key);
        if (block != null) {
            env.overrideAll(block.environment());
        }
    }
}
