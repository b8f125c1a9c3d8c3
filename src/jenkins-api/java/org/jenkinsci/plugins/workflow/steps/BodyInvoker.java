package org.jenkinsci.plugins.workflow.steps;

public abstract class BodyInvoker {
    private BodyInvoker() {}

    public abstract BodyInvoker withContext(Object value);

    public abstract BodyInvoker withCallback(BodyExecutionCallback bodyExecutionCallback);

    public abstract BodyExecution start();
}
