package org.jenkinsci.plugins.workflow.log;

import hudson.ExtensionPoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;

public abstract class TaskListenerDecorator implements Serializable {
    public TaskListenerDecorator() {
        throw new UnsupportedOperationException();
    }

    public abstract OutputStream decorate(OutputStream logger) throws IOException, InterruptedException;

    public interface Factory extends ExtensionPoint {
        TaskListenerDecorator of(FlowExecutionOwner owner);
    }
}
