package org.jenkinsci.plugins.workflow.steps;

public abstract class AbstractStepExecutionImpl extends StepExecution {
    protected AbstractStepExecutionImpl(StepContext context) {
        super(context);
    }
}
