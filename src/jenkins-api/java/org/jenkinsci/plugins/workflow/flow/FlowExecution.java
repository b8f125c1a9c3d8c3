package org.jenkinsci.plugins.workflow.flow;

public abstract class FlowExecution {
    private FlowExecution() {}

    public abstract FlowExecutionOwner getOwner();
}
