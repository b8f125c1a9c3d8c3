package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.train.inspect.ModelReport;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportProcess;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportSpec;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
import io.jenkins.plugins.llmos.plugin.privacy.TrainingKeys;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;
import jenkins.util.BuildListenerAdapter;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/** One run of {@code llmosReport}. After a restart of the controller it is begun again, since nothing of it is lost. */
final class ReportExecution extends SynchronousNonBlockingStepExecution<Map<String, Object>> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments;

    ReportExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    public void onResume() {
        try {
            start();
        } catch (Exception e) {
            getContext().onFailure(e);
        }
    }

    @Override
    public String getStatus() {
        return "reports on " + arguments.get("model");
    }

    @Override
    protected Map<String, Object> run() throws Exception {
        StepContext context = getContext();
        FilePath workspace = Workspaces.require(context, "llmosReport", "find the model in");
        FilePath beside = WorkspaceList.tempDir(workspace);
        if (beside == null) {
            throw new AbortException("llmosReport needs a workspace that is no root of a drive, but this one is "
                    + workspace.getRemote() + ". Use a folder in it: dir('report') { … }.");
        }
        FilePath folder = beside.child("llmos").child("report-" + UUID.randomUUID());
        RemoteTrainer machine = new RemoteTrainer(context.get(Computer.class).getName(), folder, folder.getName());
        FilePath root = machine.root();
        if (root == null) {
            throw new AbortException("The agent that has the model is gone.");
        }
        ReportSpec spec = ReportSpec.from(arguments, Path.of(""));
        List<String> files = new ArrayList<>(List.of(spec.model() + "/model.json"));
        if (spec.data() != null) {
            files.add(spec.data().toString());
        }
        HandedKey key = TrainingKeys.forReading("report", context, workspace, files, spec.key());
        Answer answer;
        try {
            answer = folder.act(new Make(
                    arguments,
                    workspace.getRemote(),
                    TrainerJars.install(root),
                    TrainingConfiguration.environment(context.get(EnvVars.class)),
                    machine.executors(),
                    key));
        } finally {
            folder.deleteRecursive();
        }
        if (answer.error() != null) {
            throw new AbortException(answer.error());
        }
        PrintStream log = context.get(TaskListener.class).getLogger();
        if (key == null) {
            keep(context, answer, machine.place());
        } else {
            log.println("The report is encrypted with the model's key, in " + answer.output()
                    + ", and not kept with the build.");
        }
        log.println("llmosReport: " + answer.summary());
        if (answer.complaint() != null) {
            throw new AbortException(answer.complaint());
        }
        return answer.returned();
    }

    private static void keep(StepContext context, Answer answer, String place)
            throws IOException, InterruptedException {
        Run<?, ?> build = context.get(Run.class);
        FilePath workspace = context.get(FilePath.class);
        TrainingsAction.Entry entry =
                TrainingsAction.entry(build, UUID.randomUUID().toString(), answer.model() + "-report");
        Map<String, String> artifacts = new LinkedHashMap<>();
        ModelReport.FILES.forEach(file -> artifacts.put(entry.getFolder() + "/" + file, file));
        build.pickArtifactManager()
                .archive(
                        workspace.child(answer.output()),
                        context.get(Launcher.class),
                        BuildListenerAdapter.wrap(context.get(TaskListener.class)),
                        artifacts);
        String outcome = answer.complaint() == null ? answer.summary() : answer.complaint();
        entry.ended(place, outcome, ModelReport.FILES, Map.of());
        TrainingsAction.save(build);
    }

    /**
     * What the agent says.
     *
     * @param error why there is no report, else null
     * @param model what it is called
     * @param output folder of the report
     * @param summary in one line
     * @param complaint why the gate is not passed, else null
     * @param returned by the step
     */
    record Answer(
            String error,
            String model,
            String output,
            String summary,
            String complaint,
            LinkedHashMap<String, Object> returned)
            implements Serializable {}

    /** Works where the model is; the folder it is called on is its own. */
    private static final class Make extends MasterToSlaveFileCallable<Answer> {
        private static final long serialVersionUID = 1L;

        private final LinkedHashMap<String, Object> arguments;
        /** That of the controller: it is written once for all who will read it. */
        private final Locale language = Locale.getDefault();

        private final String workspace;
        private final ArrayList<String> classPath;
        private final LinkedHashMap<String, String> environment;
        private final int sharers;
        private final HandedKey key;

        private Make(
                Map<String, Object> arguments,
                String workspace,
                List<String> classPath,
                Map<String, String> environment,
                int sharers,
                HandedKey key) {
            this.arguments = new LinkedHashMap<>(arguments);
            this.workspace = workspace;
            this.classPath = new ArrayList<>(classPath);
            this.environment = new LinkedHashMap<>(environment);
            this.sharers = sharers;
            this.key = key;
        }

        @Override
        public Answer invoke(File folder, VirtualChannel channel) throws IOException, InterruptedException {
            try {
                ReportSpec spec = ReportSpec.from(arguments, Path.of(workspace)).in(language);
                int threads = TrainerProcess.Launch.threads(
                        environment, Runtime.getRuntime().availableProcessors(), sharers);
                ModelReport report = ReportProcess.run(
                        spec,
                        folder.toPath(),
                        new TrainerProcess.Launch(
                                threads, List.of(), environment, String.join(File.pathSeparator, classPath)),
                        key == null ? null : key.vault());
                String output = spec.output().toString();
                return new Answer(
                        null,
                        report.model(),
                        output,
                        report.summary(),
                        report.complaint(),
                        new LinkedHashMap<>(report.returned(output)));
            } catch (InvalidInputException e) {
                return new Answer(e.getMessage(), null, null, null, null, null);
            }
        }
    }
}
