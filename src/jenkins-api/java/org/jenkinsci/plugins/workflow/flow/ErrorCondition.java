package org.jenkinsci.plugins.workflow.flow;

import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

public abstract class ErrorCondition {
    public ErrorCondition() {
        throw new UnsupportedOperationException();
    }

    public abstract boolean test(Throwable throwable, StepContext stepContext) throws IOException, InterruptedException;
}
