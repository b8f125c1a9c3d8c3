package org.jenkinsci.plugins.workflow.steps;

import java.io.Serializable;

public abstract class BodyExecutionCallback implements Serializable {
    public BodyExecutionCallback() {
        throw new UnsupportedOperationException();
    }

    public abstract void onSuccess(StepContext stepContext, Object value);

    public abstract void onFailure(StepContext stepContext, Throwable throwable);
}
