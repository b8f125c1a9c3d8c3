package io.jenkins.plugins.llmos.runner.pipeline;

import java.io.IOException;

/**
 * A step failed for a reason that its message tells completely. It is an {@link IOException} because the exception that
 * Jenkins throws in its place is one, so that the same {@code catch} clauses catch it.
 */
public class StepFailure extends IOException {
    private static final long serialVersionUID = 1L;

    public StepFailure(String message) {
        super(message);
    }

    public StepFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
