package hudson.triggers;

import hudson.ExtensionPoint;
import hudson.model.Describable;
import hudson.model.Item;
import hudson.scheduler.CronTabList;

public abstract class Trigger<J extends Item> implements Describable<Trigger<?>>, ExtensionPoint {
    protected transient CronTabList tabs;
    protected transient J job;

    protected Trigger() {
        throw new UnsupportedOperationException();
    }

    public void start(J project, boolean newInstance) {
        throw new UnsupportedOperationException();
    }

    public void run() {
        throw new UnsupportedOperationException();
    }
}
