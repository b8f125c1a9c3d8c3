package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.schedule.Policies;
import java.util.ArrayList;

/** The policies, for help and completion. */
final class PolicyNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    PolicyNames() {
        super(Policies.names());
    }
}
