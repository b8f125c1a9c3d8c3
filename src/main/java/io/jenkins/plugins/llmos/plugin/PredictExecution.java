package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.train.PredictSpec;
import io.jenkins.plugins.llmos.engine.train.PredictorProcess;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
import io.jenkins.plugins.llmos.plugin.privacy.TrainingKeys;
import io.jenkins.plugins.llmos.plugin.registry.ModelArtifacts;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * One run of {@code llmosPredict}. A process of its own computes on the agent; when the step is interrupted it is ended and
 * leaves no output. It does not survive a restart of the controller.
 */
final class PredictExecution extends SynchronousNonBlockingStepExecution<Map<String, Object>> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments;

    PredictExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    protected Map<String, Object> run() throws Exception {
        FilePath workspace = Workspaces.require(getContext(), "llmosPredict", "read a file in");
        Computer computer = getContext().get(Computer.class);
        Node node = computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            throw new AbortException("The agent " + computer.getName() + " went before llmosPredict began.");
        }
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw new AbortException("llmosPredict needs a workspace that is no root of a drive, but this one is "
                    + workspace.getRemote() + ". Use a folder in it: dir('predictions') { … }.");
        }
        temporary.mkdirs();
        FilePath folder = temporary.createTempDir("llmosPredict", "");
        try {
            Map<String, Object> own = new LinkedHashMap<>(arguments);
            String model = String.valueOf(arguments.get("model"));
            if (ModelReference.isMeant(model) && !workspace.child(model).exists()) {
                FilePath copy = folder.child("model");
                ModelArtifacts.copy(model, copy);
                own.put("model", copy.getRemote());
            }
            PredictSpec spec = PredictSpec.from(own, Path.of(""));
            List<String> files = new ArrayList<>(List.of(spec.data().toString(), spec.model() + "/model.json"));
            HandedKey key = TrainingKeys.forReading("predict", getContext(), workspace, files, spec.key());
            Answer answer = workspace.act(new Predict(
                    own,
                    folder.getRemote(),
                    TrainerJars.install(root),
                    TrainingConfiguration.environment(getContext().get(EnvVars.class)),
                    computer.getNumExecutors(),
                    key));
            if (answer.error() != null) {
                throw new AbortException(answer.error());
            }
            Map<String, Object> result = new LinkedHashMap<>();
            Map<?, ?> read = Json.parse(answer.result(), Map.class);
            read.forEach((k, v) -> result.put(String.valueOf(k), v));
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println("Predicted "
                            + (result.containsKey("texts")
                                    ? result.get("texts") + " texts"
                                    : result.get("rows") + " rows")
                            + " in " + result.get("seconds") + " s: " + result.get("output"));
            return result;
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        } finally {
            folder.deleteRecursive();
        }
    }

    /** What the agent says: the result as JSON, or why there is none. */
    private record Answer(String result, String error) implements Serializable {}

    /** Runs the process. The folder it is called on is the workspace. */
    private static final class Predict extends MasterToSlaveFileCallable<Answer> {
        private static final long serialVersionUID = 1L;

        private final LinkedHashMap<String, Object> arguments;
        private final String folder;
        private final ArrayList<String> classPath;
        private final LinkedHashMap<String, String> environment;
        private final int sharers;
        private final HandedKey key;

        private Predict(
                Map<String, Object> arguments,
                String folder,
                List<String> classPath,
                Map<String, String> environment,
                int sharers,
                HandedKey key) {
            this.arguments = new LinkedHashMap<>(arguments);
            this.folder = folder;
            this.classPath = new ArrayList<>(classPath);
            this.environment = new LinkedHashMap<>(environment);
            this.sharers = sharers;
            this.key = key;
        }

        @Override
        public Answer invoke(File workspace, VirtualChannel channel) throws IOException, InterruptedException {
            try {
                PredictSpec spec = PredictSpec.from(arguments, workspace.toPath());
                int threads = TrainerProcess.Launch.threads(
                        environment, Runtime.getRuntime().availableProcessors(), sharers);
                TrainerProcess.Launch launch = new TrainerProcess.Launch(
                        threads, List.of(), environment, String.join(File.pathSeparator, classPath));
                return new Answer(
                        Json.line(
                                PredictorProcess.run(spec, Path.of(folder), launch, key == null ? null : key.vault())),
                        null);
            } catch (InvalidInputException e) {
                return new Answer(null, e.getMessage());
            }
        }
    }
}
