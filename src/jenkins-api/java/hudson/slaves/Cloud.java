package hudson.slaves;

import hudson.model.Actionable;
import hudson.model.Describable;

public abstract class Cloud extends Actionable implements Describable<Cloud> {
    private Cloud() {}
}
