package org.jenkinsci.plugins.workflow.graph;

import hudson.model.Action;
import hudson.model.Actionable;
import java.util.List;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;

public abstract class FlowNode extends Actionable {
    private FlowNode() {}

    public FlowExecution getExecution() {
        throw new UnsupportedOperationException();
    }

    public final ErrorAction getError() {
        throw new UnsupportedOperationException();
    }

    public List<FlowNode> getParents() {
        throw new UnsupportedOperationException();
    }

    public String getEnclosingId() {
        throw new UnsupportedOperationException();
    }

    public List<String> getAllEnclosingIds() {
        throw new UnsupportedOperationException();
    }

    public final <T extends Action> T getPersistentAction(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    public String getId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean equals(Object other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int hashCode() {
        throw new UnsupportedOperationException();
    }
}
