package org.jenkinsci.plugins.workflow.actions;

public abstract class WorkspaceAction implements PersistentAction {
    private WorkspaceAction() {}
}
