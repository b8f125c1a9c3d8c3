package hudson.model;

import hudson.ExtensionPoint;
import hudson.tasks.BuildStep;

public abstract class JobProperty<J extends Job<?, ?>>
        implements ReconfigurableDescribable<JobProperty<?>>, BuildStep, ExtensionPoint {
    protected transient J owner;

    public JobProperty() {
        throw new UnsupportedOperationException();
    }
}
