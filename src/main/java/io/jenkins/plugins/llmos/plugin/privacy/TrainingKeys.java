package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.access.Use;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Whether a training or a release may run, and its key. */
public final class TrainingKeys {
    private TrainingKeys() {}

    /**
     * Checks the rights of the user that a build runs as, and fetches the key.
     *
     * @param arguments of {@code llmosTrain}
     * @param workspace on the machine that trains
     * @return the key, null if the training names none
     * @throws AbortException if a right or the key is missing
     */
    public static HandedKey forTraining(StepContext context, Map<String, Object> arguments, FilePath workspace)
            throws IOException, InterruptedException {
        TrainSpec spec;
        try {
            spec = TrainSpec.from(arguments, Path.of(""));
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
        String data = spec.data().path().toString();
        List<String> files = spec.data().labels() == null
                ? List.of(data)
                : List.of(data, spec.data().labels().toString());
        return forUse("train", Use.TRAIN, context, workspace, files, Sensitivity.of(spec.sensitivity()), spec.key());
    }

    /** The same for a release of statistics, which is to data what a training is. */
    static HandedKey forRelease(StepContext context, ReleaseRequest request, FilePath workspace)
            throws IOException, InterruptedException {
        return forUse(
                "read",
                Use.TRAIN,
                context,
                workspace,
                List.of(request.data().toString()),
                Sensitivity.PUBLIC,
                request.key());
    }

    /**
     * The same for reading models and what they are used on.
     *
     * @param what is done, for the audit log, such as {@code predict}
     * @param files that are read; the first one stands for them in the audit log
     * @param credentialsId of their key, null for none
     */
    public static HandedKey forReading(
            String what, StepContext context, FilePath workspace, List<String> files, String credentialsId)
            throws IOException, InterruptedException {
        return forUse(what, Use.READ, context, workspace, files, Sensitivity.PUBLIC, credentialsId);
    }

    /**
     * Refuses to move a stage of a model if the user that the build runs as may not.
     *
     * @param stage as {@code NAME@STAGE}
     */
    public static void requireDeploy(StepContext context, String stage) throws IOException, InterruptedException {
        BuildAccess.of(context).require(Use.DEPLOY, Sensitivity.PUBLIC, stage);
    }

    private static HandedKey forUse(
            String what,
            Use use,
            StepContext context,
            FilePath workspace,
            List<String> files,
            Sensitivity least,
            String credentialsId)
            throws IOException, InterruptedException {
        BuildAccess access = BuildAccess.of(context);
        String data = files.get(0);
        Sensitivity sensitivity =
                workspace.act(new EncryptedFiles.HowSensitive(files)).and(least);
        access.require(use, sensitivity, data);
        EncryptionKey key = credentialsId == null ? null : access.key(credentialsId);
        if (key != null || sensitivity == Sensitivity.RESTRICTED) {
            Map<String, String> details = new LinkedHashMap<>();
            details.put("sensitivity", sensitivity.text());
            if (key != null) {
                details.put("key", key.id());
            }
            access.record(what, data, details);
        }
        return key == null ? null : new HandedKey(key, access.origin(), sensitivity);
    }
}
