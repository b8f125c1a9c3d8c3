package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Right;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.access.Use;
import io.jenkins.plugins.llmos.engine.privacy.audit.AuditLog;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import java.io.IOException;
import java.util.Map;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.springframework.security.core.Authentication;

/**
 * What a running build may do and use, by the user that it runs as. Where no access control for builds is configured that
 * is Jenkins' internal SYSTEM, which may do everything.
 */
final class BuildAccess {
    private final Run<?, ?> run;
    private final Authentication user;

    private BuildAccess(Run<?, ?> run, Authentication user) {
        this.run = run;
        this.user = user;
    }

    static BuildAccess of(StepContext context) throws IOException, InterruptedException {
        FlowExecution flow = context.get(FlowExecution.class);
        // A build that is no Pipeline says as whom it runs.
        return new BuildAccess(
                context.get(Run.class), flow == null ? context.get(Authentication.class) : flow.getAuthentication2());
    }

    /**
     * Refuses a use that the build's user has no right to.
     *
     * @param subject of the use, for the error and the audit log
     * @throws AbortException if it is refused; the refusal is in the audit log
     */
    void require(Use use, Sensitivity sensitivity, String subject) throws AbortException {
        for (Right right : use.needs(sensitivity)) {
            if (!run.getACL().hasPermission2(user, LlmosPermissions.of(right))) {
                record("refuse", subject, Map.of("lacks", right.text(), "sensitivity", sensitivity.text()));
                throw new AbortException(
                        "The user '" + user.getName() + "', as whom this build runs, lacks the permission"
                                + " LLMOS/" + right.text() + ", which "
                                + (use == Use.DEPLOY
                                        ? "moving the stage '" + subject + "'"
                                        : "using '" + subject + "' (" + sensitivity.text() + ")")
                                + " needs. Let an administrator grant it, or run the build as another user.");
            }
        }
    }

    /** The key in the credentials with an identifier. */
    EncryptionKey key(String credentialsId) throws AbortException {
        return BuildKeys.use(credentialsId, run);
    }

    Origin origin() {
        String id = run.getExternalizableId();
        int hash = id.lastIndexOf('#');
        return new Origin(id.substring(0, hash), id.substring(hash + 1));
    }

    /** Adds a line to the audit log; without it the use must not happen. */
    void record(String what, String subject, Map<String, String> details) throws AbortException {
        try {
            new AuditLog(ControllerLedger.folder()).record(user.getName(), what, subject, details, origin().toString());
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }
}
