package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.Texts;
import jenkins.model.Jenkins;

/** Checks fields as they are filled in, for those who may see the page that they are on. */
final class Checks {
    private Checks() {}

    /**
     * What is to be said of a label expression. A label that no agent has is no error, the agents may come yet.
     *
     * @param nobody key of the text about such a label
     */
    static FormValidation label(String value, String nobody) {
        if (FieldCheck.isBlank(value)) {
            return FormValidation.ok();
        }
        String label = value.strip();
        try {
            Label.parseExpression(label);
        } catch (IllegalArgumentException e) {
            return FormValidation.error(Texts.of("pool.label.wrong", label));
        }
        return Overview.nodes().stream().anyMatch(n -> Places.matches(label, n))
                ? FormValidation.ok()
                : FormValidation.warning(Texts.of(nobody, label));
    }

    /** What the engine says of a value. */
    static FormValidation of(Runnable reading) {
        Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
        return FieldCheck.of(reading);
    }
}
