package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import org.codehaus.groovy.runtime.InvokerInvocationException;
import org.codehaus.groovy.runtime.powerassert.PowerAssertionError;

/** Says what went wrong in a script, in the script's own terms. */
final class ScriptFailure {
    private ScriptFailure() {}

    /** What an exception tells a user. */
    static String messageOf(Throwable thrown) {
        Throwable t = unwrap(thrown);
        if (t instanceof MissingMethodException m) {
            return StepRegistry.describe(m);
        }
        if (t instanceof StepFailure
                || t instanceof Interruption
                || t instanceof ScriptError
                || t instanceof InvalidInputException) {
            return t.getMessage();
        }
        if (t instanceof JenkinsfileException
                || t instanceof PowerAssertionError
                || t instanceof MissingPropertyException) {
            return t.getMessage();
        }
        if (t instanceof StackOverflowError) {
            return "The script calls itself without an end.";
        }
        return t.getMessage() == null ? t.getClass().getName() : t.getClass().getSimpleName() + ": " + t.getMessage();
    }

    /** The same with the Jenkinsfile's line. */
    static String describe(Jenkinsfile file, Throwable thrown) {
        if (unwrap(thrown) instanceof JenkinsfileException j) {
            return j.getMessage();
        }
        return file.at(Jenkinsfile.lineOf(thrown), messageOf(thrown));
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable t = thrown;
        while ((t instanceof InvokerInvocationException || t instanceof java.lang.reflect.InvocationTargetException)
                && t.getCause() != null) {
            t = t.getCause();
        }
        return t;
    }
}
