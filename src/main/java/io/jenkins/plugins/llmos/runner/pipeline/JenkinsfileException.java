package io.jenkins.plugins.llmos.runner.pipeline;

/** A Jenkinsfile cannot be understood or failed; the message is complete, with the Jenkinsfile's own lines. */
public class JenkinsfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JenkinsfileException(String message) {
        super(message);
    }

    public JenkinsfileException(String message, Throwable cause) {
        super(message, cause);
    }
}
