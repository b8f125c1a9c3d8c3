package org.jenkinsci.plugins.workflow.steps;

public abstract class BodyInvoker {
    public BodyInvoker() {
        throw new UnsupportedOperationException();
    }

    public abstract BodyInvoker withContext(Object value);

    public abstract BodyInvoker withDisplayName(String name);

    public abstract BodyInvoker withCallback(BodyExecutionCallback bodyExecutionCallback);

    public abstract BodyExecution start();
}
