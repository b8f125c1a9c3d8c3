package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.GroovyRuntimeException;

/**
 * The script asked for something that does not exist. It is not one of Groovy's own exceptions for that, because Groovy
 * takes those as a reason to try the call again on the next object in line, which would run steps twice.
 */
final class ScriptError extends GroovyRuntimeException {
    private static final long serialVersionUID = 1L;

    ScriptError(String message) {
        super(message);
    }

    ScriptError(String message, Throwable cause) {
        super(message, cause);
    }
}
