package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContent;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.release.Release;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleasePlan;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.EngineStep;
import io.jenkins.plugins.llmos.plugin.Workspaces;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * One run of {@code llmosPrivatize(data:, release: …)}. The agent reads the data and draws the noise; only noisy values
 * leave it. The controller charges its ledger in between. After a restart of the controller it does all of it again and
 * charges again, since nobody knows what was shown.
 */
final class ReleaseExecution extends StepExecution {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments;
    private transient volatile Throwable stopped;

    ReleaseExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    public boolean start() throws Exception {
        Workspaces.require(getContext(), "llmosPrivatize", "read a file in");
        Computer.threadPoolForRemoting.execute(this::release);
        return false;
    }

    @Override
    public void onResume() {
        Computer.threadPoolForRemoting.execute(this::release);
    }

    @Override
    public void stop(Throwable cause) {
        stopped = cause;
        getContext().onFailure(cause);
    }

    @Override
    public String getStatus() {
        return "releases statistics of " + arguments.get("data");
    }

    private void release() {
        try {
            FilePath workspace = getContext().get(FilePath.class);
            if (workspace == null) {
                throw new AbortException("The agent that llmosPrivatize worked on is gone.");
            }
            ReleasePlan plan = ReleasePlan.of(ReleaseRequest.from(arguments, Path.of("")));
            ReleaseRequest request = plan.request();
            HandedKey key = TrainingKeys.forRelease(getContext(), request, workspace);
            Answer look = ask(workspace, null, key);
            if (stopped != null) {
                return;
            }
            ControllerLedger.get()
                    .release(
                            ControllerLedger.origin(getContext().get(Run.class)),
                            "release-" + UUID.randomUUID(),
                            request.dataSet(),
                            look.content(),
                            request.asked(),
                            plan.event(),
                            plan.describe());
            @SuppressWarnings("unchecked")
            Map<String, Object> released =
                    Json.parse(ask(workspace, look.content(), key).released(), LinkedHashMap.class);
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println("llmosPrivatize released " + plan.describe() + " of '" + request.dataSet() + "' at ε "
                            + Figures.ceiling(plan.epsilon()) + ", δ " + released.get("delta"));
            if (stopped == null) {
                getContext().onSuccess(EngineStep.plain(released));
            }
        } catch (InvalidInputException e) {
            getContext().onFailure(new AbortException(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            getContext().onFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            getContext().onFailure(e);
        }
    }

    private Answer ask(FilePath workspace, DataContent charged, HandedKey key)
            throws IOException, InterruptedException {
        Answer answer = workspace.act(new OnAgent(arguments, charged, key));
        if (answer.error() != null) {
            throw new AbortException(answer.error());
        }
        return answer;
    }

    /** What the agent says: the content before it is charged for, then what is released as JSON. */
    record Answer(DataContent content, String released, String error) implements Serializable {}

    /** Works where the data is. */
    private static final class OnAgent extends MasterToSlaveFileCallable<Answer> {
        private static final long serialVersionUID = 1L;

        private final LinkedHashMap<String, Object> arguments;
        private final DataContent charged;
        private final HandedKey key;

        private OnAgent(Map<String, Object> arguments, DataContent charged, HandedKey key) {
            this.arguments = new LinkedHashMap<>(arguments);
            this.charged = charged;
            this.key = key;
        }

        @Override
        public Answer invoke(File workspace, VirtualChannel channel) {
            try {
                ReleaseRequest request = ReleaseRequest.from(arguments, workspace.toPath());
                FileAccess access = key == null ? FileAccess.PLAIN : key.vault();
                if (charged == null) {
                    request.check(access);
                    return new Answer(DataContents.read(access, List.of(request.data())), null, null);
                }
                return new Answer(null, Json.line(Release.run(ReleasePlan.of(request), charged, access)), null);
            } catch (InvalidInputException e) {
                return new Answer(null, null, e.getMessage());
            }
        }
    }
}
