package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Attempt;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
import io.jenkins.plugins.llmos.plugin.privacy.PrivateTrainings;
import io.jenkins.plugins.llmos.plugin.privacy.TrainingKeys;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** All that is done before the trainer of a step runs on its agent. */
final class TrainerLaunch {
    private final StepContext context;
    private final RemoteTrainer trainer;
    private final Map<String, Object> arguments;
    private final String workspace;
    private final FilePath control;
    private final FilePath root;
    private final EnvVars environment;
    private HandedKey files;

    /**
     * @param control the control folder on the agent
     * @param root Jenkins' folder there
     */
    TrainerLaunch(
            StepContext context,
            RemoteTrainer trainer,
            Map<String, Object> arguments,
            String workspace,
            FilePath control,
            FilePath root)
            throws IOException, InterruptedException {
        this.context = context;
        this.trainer = trainer;
        this.arguments = arguments;
        this.workspace = workspace;
        this.control = control;
        this.root = root;
        this.environment = context.get(EnvVars.class);
    }

    /** Puts in place what an earlier attempt left, and the key of the data. */
    void prepare(StepCheckpoint checkpoint) throws IOException, InterruptedException {
        TrainerSweep.sweep(root);
        checkpoint.restore(control, isAgain());
        files = TrainingKeys.forTraining(context, new LinkedHashMap<>(arguments), control.child(workspace));
    }

    /** Enters the training in the privacy ledger, and returns what it is called there; null if it is not private. */
    String charge(String key, StepCheckpoint checkpoint) throws IOException, InterruptedException {
        return PrivateTrainings.use(
                context,
                arguments,
                control.child(workspace),
                key,
                new Attempt(trainer.id(), checkpoint.leftBy()),
                isAgain(),
                files);
    }

    StartTrainer.Started start() throws IOException, InterruptedException {
        return control.act(new StartTrainer(
                new LinkedHashMap<>(arguments),
                workspace,
                TrainerJars.install(root),
                TrainingConfiguration.environment(environment),
                trainer.executors(),
                new StartTrainer.Owner(
                        root.getRemote(),
                        trainer.id(),
                        Jenkins.get().getLegacyInstanceId(),
                        context.get(Run.class).getExternalizableId()),
                files));
    }

    /** In a later attempt of {@code llmosSchedule}'s body a training that was done is not repeated. */
    private boolean isAgain() {
        String attempt = environment.get("LLMOS_ATTEMPT");
        return attempt != null && attempt.matches("\\d{1,9}") && Integer.parseInt(attempt) > 1;
    }
}
