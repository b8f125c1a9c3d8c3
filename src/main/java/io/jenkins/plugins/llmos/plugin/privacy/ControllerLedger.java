package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.privacy.access.Right;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.access.Use;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import java.nio.file.Path;
import jenkins.model.Jenkins;

/**
 * The one ledger of this Jenkins, in {@code llmos/privacy} of its home, with the audit log beside it. It waits for the
 * disk; use it off the CPS VM thread.
 */
final class ControllerLedger {
    private ControllerLedger() {}

    static Path folder() {
        return Jenkins.get().getRootDir().toPath().resolve("llmos").resolve("privacy");
    }

    static PrivacyLedger get() {
        return new PrivacyLedger(folder());
    }

    /** Whether the current user may set budgets. */
    static boolean mayManage() {
        return Use.SET_BUDGET.needs(Sensitivity.PUBLIC).stream()
                .allMatch(right -> Jenkins.get().getACL().hasPermission(LlmosPermissions.of(right)));
    }

    /**
     * Sets a budget for the current user.
     *
     * @throws org.springframework.security.access.AccessDeniedException if the user may not
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException as of {@link PrivacyLedger#setBudget}
     */
    static void setBudget(String dataSet, Budget budget) {
        for (Right right : Use.SET_BUDGET.needs(Sensitivity.PUBLIC)) {
            Jenkins.get().getACL().checkPermission(LlmosPermissions.of(right));
        }
        get().setBudget(Origin.of(Jenkins.getAuthentication2().getName()), dataSet, budget);
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
