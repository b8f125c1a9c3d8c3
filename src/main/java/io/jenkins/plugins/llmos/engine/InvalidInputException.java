package io.jenkins.plugins.llmos.engine;

/**
 * Something a user gave is wrong: an argument, a file, a value in a file. The message is written for that user: one
 * paragraph that says what was wrong, where, and what would be right. Hosts show it as it is, never with a stack trace.
 */
public class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
