package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import jenkins.model.Jenkins;

/** The one ledger of this Jenkins, in {@code llmos/} of its home. It waits for the disk; use it off the CPS VM thread. */
final class ControllerLedger {
    private ControllerLedger() {}

    static PrivacyLedger get() {
        return new PrivacyLedger(Jenkins.get().getRootDir().toPath().resolve("llmos"));
    }

    /** A build, and the user who started it; {@code SYSTEM} if no user did. */
    static Origin origin(Run<?, ?> run) {
        Cause.UserIdCause cause = run.getCause(Cause.UserIdCause.class);
        String user = cause == null ? null : cause.getUserId();
        return new Origin(
                user == null ? "SYSTEM" : user,
                run.getFullDisplayName(),
                run.getExternalizableId() + "@" + run.getStartTimeInMillis());
    }
}
