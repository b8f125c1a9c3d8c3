package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import io.jenkins.plugins.llmos.plugin.Workspaces;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/** One run of {@code llmosPrivatize} with {@code encrypt}, {@code decrypt} or {@code rotate}. */
final class EncryptionExecution extends SynchronousNonBlockingStepExecution<Void> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments;

    EncryptionExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    protected Void run() throws Exception {
        EncryptionRequest request = EncryptionRequest.from(arguments);
        FilePath workspace = Workspaces.require(
                getContext(), "llmosPrivatize", request.action().text() + " files in");
        BuildAccess access = BuildAccess.of(getContext());
        EncryptedFiles.Answer found = answer(workspace, null, null);
        access.require(request.action().use(), found.sensitivity(), request.pattern());
        EncryptionKey key = access.key(request.key());
        EncryptionKey next = request.newKey() == null ? null : access.key(request.newKey());
        access.record(request.action().text(), request.pattern(), request.auditDetails(key, next, found.sensitivity()));
        EncryptedFiles.Answer done = answer(
                workspace,
                new HandedKey(key, access.origin(), found.sensitivity()),
                next == null ? null : new HandedKey(next, access.origin(), found.sensitivity()));
        getContext().get(TaskListener.class).getLogger().println(done.text());
        return null;
    }

    private EncryptedFiles.Answer answer(FilePath workspace, HandedKey key, HandedKey next) throws Exception {
        EncryptedFiles.Answer answer = workspace.act(new EncryptedFiles.Handle(arguments, key, next));
        if (answer.sensitivity() == null) {
            throw new AbortException(answer.text());
        }
        return answer;
    }
}
