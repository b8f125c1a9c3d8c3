package org.jenkinsci.plugins.workflow.steps;

import hudson.EnvVars;
import java.io.IOException;
import java.io.Serializable;

public abstract class EnvironmentExpander implements Serializable {
    public EnvironmentExpander() {
        throw new UnsupportedOperationException();
    }

    public abstract void expand(EnvVars envVars) throws IOException, InterruptedException;

    public static EnvironmentExpander merge(EnvironmentExpander environmentExpander, EnvironmentExpander environmentExpander2) {
        throw new UnsupportedOperationException();
    }
}
