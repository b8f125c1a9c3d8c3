package hudson.model.listeners;

import hudson.ExtensionPoint;
import hudson.model.Run;
import hudson.model.TaskListener;

public abstract class RunListener<R extends Run<?, ?>> implements ExtensionPoint {
    protected RunListener() {
        throw new UnsupportedOperationException();
    }

    public void onStarted(R r, TaskListener listener) {
        throw new UnsupportedOperationException();
    }

    public void onFinalized(R r) {
        throw new UnsupportedOperationException();
    }

    public void onDeleted(R r) {
        throw new UnsupportedOperationException();
    }
}
