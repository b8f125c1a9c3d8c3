package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import jenkins.model.Jenkins;

/** Checks fields as they are filled in, for those who may see the page that they are on. */
final class Checks {
    private Checks() {}

    /** What the engine says of a value. */
    static FormValidation of(Runnable reading) {
        Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
        try {
            reading.run();
            return FormValidation.ok();
        } catch (InvalidInputException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
