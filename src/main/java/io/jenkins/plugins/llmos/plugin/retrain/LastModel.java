package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.TrainingsAction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.util.VirtualFile;

/**
 * The last good model of a job: that of the last training that was done in the latest build that did not fail.
 *
 * @param build that trained it
 * @param node name of the machine where, empty for the built-in one; null if it is not known
 * @param workspace folder there that relative paths start from; null if it is not known
 * @param card text of the model's card; null if it cannot be read, as that of an encrypted model
 * @param profile text of the profile of its data; null if none was kept
 * @param created when that build started, in milliseconds
 */
record LastModel(Run<?, ?> build, String node, String workspace, String card, String profile, long created) {
    private static final int MOST_BUILDS = 200;

    /**
     * Looks for it among the latest builds.
     *
     * @param training name of the training, empty for any
     * @return null if there is none
     */
    static LastModel of(Job<?, ?> job, String training) throws IOException {
        Run<?, ?> build = job.getLastSuccessfulBuild();
        for (int n = 0; build != null && n < MOST_BUILDS; n++, build = build.getPreviousBuild()) {
            Result result = build.getResult();
            if (build.isBuilding() || result == null || !result.isBetterOrEqualTo(Result.UNSTABLE)) {
                continue;
            }
            TrainingsAction action = build.getAction(TrainingsAction.class);
            List<TrainingsAction.Entry> entries = action == null ? List.of() : action.getTrainings();
            for (int i = entries.size() - 1; i >= 0; i--) {
                TrainingsAction.Entry entry = entries.get(i);
                if (entry.getFiles().contains(ModelFolder.CARD)
                        && (training.isEmpty() || training.equals(entry.getName()))) {
                    VirtualFile folder = build.getArtifactManager().root().child(entry.getFolder());
                    return new LastModel(
                            build,
                            entry.getNode(),
                            entry.getWorkspace(),
                            text(folder.child(ModelFolder.CARD), ModelCard.class),
                            text(folder.child(ModelFolder.PROFILE), DataProfile.class),
                            build.getTimeInMillis());
                }
            }
        }
        return null;
    }

    /** The text of a file if it is what it should be, else null. */
    private static String text(VirtualFile file, Class<?> type) throws IOException {
        if (!file.isFile()) {
            return null;
        }
        try (InputStream in = file.open()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Json.parse(text, type);
            return text;
        } catch (RuntimeException e) {
            // Encrypted or damaged: Gson passes on whatever a record's constructor throws, too.
            return null;
        }
    }
}
