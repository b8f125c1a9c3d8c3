package io.jenkins.plugins.llmos.plugin.registry;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Deployment;
import io.jenkins.plugins.llmos.engine.registry.ModelFiles;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.plugin.Workspaces;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
import io.jenkins.plugins.llmos.plugin.privacy.TrainingKeys;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/** One run of {@code llmosDeploy}. */
final class DeployExecution extends SynchronousNonBlockingStepExecution<Map<String, Object>> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments;

    DeployExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    protected Map<String, Object> run() throws Exception {
        try {
            DeployRequest request = DeployRequest.from(arguments);
            ModelRegistry registry = ModelArtifacts.registry();
            if (request.stage() != null) {
                TrainingKeys.requireDeploy(
                        getContext(), request.name() + "@" + request.stage().text());
            }
            String by = getContext().get(Run.class).getExternalizableId();
            Deployment deployment =
                    request.rollback() ? rollBack(request, registry, by) : deploy(request, registry, by);
            keep(deployment);
            getContext().get(TaskListener.class).getLogger().println("Deployed: " + deployment.describe());
            return deployment.result();
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private static Deployment rollBack(DeployRequest request, ModelRegistry registry, String by) throws IOException {
        OptionalInt previous = registry.history(request.name(), request.stage()).previous();
        if (previous.isPresent()) {
            ModelArtifacts.verify(
                    registry.find(new ModelReference(request.name(), Integer.toString(previous.getAsInt()))));
        }
        return Deployment.rollBack(request, registry, by);
    }

    private Deployment deploy(DeployRequest request, ModelRegistry registry, String by)
            throws IOException, InterruptedException {
        FilePath workspace = getContext().get(FilePath.class);
        boolean isFolder = workspace != null && workspace.child(request.model()).exists();
        if (!isFolder && ModelReference.isMeant(request.model())) {
            ModelVersion version = registry.find(request.reference());
            List<String> checked = Deployment.check(request, ModelArtifacts.card(version));
            return Deployment.finish(request, registry, version, by, checked);
        }
        workspace = Workspaces.require(getContext(), "llmosDeploy", "find a model in");
        FilePath model = workspace.child(request.model());
        HandedKey key = request.key() == null
                ? null
                : TrainingKeys.forReading(
                        "deploy", getContext(), workspace, List.of(request.model() + "/model.json"), request.key());
        Answer answer = model.act(new ReadModel(key));
        if (answer.error() != null) {
            throw new AbortException(answer.error());
        }
        ModelFiles files = answer.files();
        List<String> checked = Deployment.check(request, files.card());
        String location = ModelArtifacts.archive(getContext(), model, request.name(), files);
        return Deployment.finish(
                request, registry, registry.add(request.name(), files, null, by, location), by, checked);
    }

    /** Keeps the build whose artifacts are in use from being discarded. */
    private static void keep(Deployment deployment) throws IOException {
        Run<?, ?> build = deployment.stage() == null ? null : ModelArtifacts.build(deployment.version());
        if (build != null) {
            build.keepLog(true);
        }
    }

    /** What the agent says: the files, or why there are none. */
    private record Answer(ModelFiles files, String error) implements Serializable {}

    /** Reads the model where it is. */
    private static final class ReadModel extends MasterToSlaveFileCallable<Answer> {
        private static final long serialVersionUID = 1L;

        private final HandedKey key;

        private ReadModel(HandedKey key) {
            this.key = key;
        }

        @Override
        public Answer invoke(File folder, VirtualChannel channel) {
            try {
                return new Answer(ModelFiles.read(key == null ? FileAccess.PLAIN : key.vault(), folder.toPath()), null);
            } catch (InvalidInputException e) {
                return new Answer(null, e.getMessage());
            }
        }
    }
}
