package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.plugin.privacy.PrivateTrainings;
import java.io.IOException;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * What is done when a training has ended by itself: the privacy ledger learns what it cost, its build keeps the report, and
 * the checkpoint goes, from which nobody will go on.
 *
 * @param context of its step
 * @param trainer that made it
 * @param name for people
 * @param workspace in which it ran
 * @param charge what it is called in the privacy ledger, null if it is private to nobody
 * @param checkpoint with the controller
 */
record TrainingEnd(
        StepContext context,
        RemoteTrainer trainer,
        String name,
        String workspace,
        String charge,
        StepCheckpoint checkpoint) {

    /** @param control folder of the training */
    void done(FilePath control, Map<String, Object> result) throws IOException, InterruptedException {
        PrivateTrainings.done(context, charge, result);
        TrainingArchive.keepIfPossible(context, control, name, trainer, workspace, ProgressText.done(name, result));
        checkpoint.done(control);
    }

    /**
     * Keeps what there is to tell of a failure. Where that cannot be kept, all stays on the machine.
     *
     * @param control folder of the training
     * @param said what the training said of its failure, null if nothing
     * @return why it failed, for people
     */
    String failed(FilePath control, String said) throws IOException, InterruptedException {
        PrivateTrainings.failed(context, charge, trainer.id(), control);
        String message = said == null ? TrainingArchive.silent(name, control) : said;
        String folder = TrainingArchive.keepIfPossible(context, control, name, trainer, workspace, message);
        if (folder == null) {
            return message;
        }
        String withArtifact = TrainingArchive.withArtifact(message, control, folder);
        checkpoint.delete();
        trainer.end();
        return withArtifact;
    }
}
