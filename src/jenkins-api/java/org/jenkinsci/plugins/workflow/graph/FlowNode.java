package org.jenkinsci.plugins.workflow.graph;

public abstract class FlowNode {
    private FlowNode() {}

    public String getId() {
        throw new UnsupportedOperationException();
    }
}
