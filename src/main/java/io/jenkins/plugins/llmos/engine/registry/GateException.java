package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;

/** A model that does not pass its gate. */
public final class GateException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    GateException(String message) {
        super(message);
    }
}
