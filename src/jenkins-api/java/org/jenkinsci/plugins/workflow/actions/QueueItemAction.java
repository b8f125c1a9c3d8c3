package org.jenkinsci.plugins.workflow.actions;

import hudson.model.InvisibleAction;

public abstract class QueueItemAction extends InvisibleAction implements PersistentAction {
    private QueueItemAction() {}
}
