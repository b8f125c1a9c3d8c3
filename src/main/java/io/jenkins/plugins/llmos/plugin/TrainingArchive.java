package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.MetricTrend;
import io.jenkins.plugins.llmos.engine.train.TrainingCurves;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.train.TrainingReport;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.MasterToSlaveFileCallable;
import jenkins.util.BuildListenerAdapter;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Keeps the report and the model card of a training that has ended among the artifacts of its build. */
final class TrainingArchive {
    private static final Logger LOGGER = Logger.getLogger(TrainingArchive.class.getName());
    private static final String OUTPUT = "trainer.log";
    private static final String FOLDER = "kept";

    private TrainingArchive() {}

    /**
     * Keeps them. The files go from the training's machine to wherever the build's artifacts are.
     *
     * @param trainer where it ran
     * @param workspace folder that its relative paths start from
     * @param outcome one clause
     * @return the folder among the artifacts
     */
    private static String keep(
            StepContext context, FilePath control, String name, RemoteTrainer trainer, String workspace, String outcome)
            throws IOException, InterruptedException {
        Run<?, ?> build = context.get(Run.class);
        Map<String, String> facts = new LinkedHashMap<>();
        Locale language = Locale.getDefault();
        Words words = Words.of(language);
        facts.put(words.text("training.build"), build.getExternalizableId());
        facts.put(words.text("training.machine"), trainer.place());
        Written written = control.act(new Write(facts, language));
        TrainingsAction.Entry entry = TrainingsAction.entry(build, written.id(), name);
        Map<String, String> artifacts = new LinkedHashMap<>();
        written.files().forEach(file -> artifacts.put(entry.getFolder() + "/" + file, file));
        build.pickArtifactManager()
                .archive(
                        control.child(FOLDER),
                        context.get(Launcher.class),
                        BuildListenerAdapter.wrap(context.get(TaskListener.class)),
                        artifacts);
        entry.ran(trainer.node(), workspace);
        entry.ended(trainer.place(), outcome, written.files(), written.metrics());
        TrainingsAction.save(build);
        return entry.getFolder();
    }

    /**
     * Keeps them; what cannot be kept does not undo a training, so that is only logged.
     *
     * @return the folder among the artifacts, null if nothing was kept
     */
    static String keepIfPossible(
            StepContext context, FilePath control, String name, RemoteTrainer trainer, String workspace, String outcome)
            throws InterruptedException {
        try {
            return keep(context, control, name, trainer, workspace, outcome);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot archive the report of " + name);
            return null;
        }
    }

    /** What is to be said of a trainer that did not say why it ended. */
    static String silent(String name, FilePath control) {
        return "The trainer process of " + name + " ended before it could say why. Its own output is in "
                + output(control) + ".";
    }

    /** Names the trainer's output, where a message does, by the artifact that is kept of it. */
    static String withArtifact(String message, FilePath control, String folder) {
        return message.replace(output(control), "the build's artifact " + folder + "/" + OUTPUT);
    }

    private static String output(FilePath control) {
        return control.child(OUTPUT).getRemote();
    }

    /**
     * What is there to keep.
     *
     * @param id of the training
     * @param files names
     * @param metrics what the training returned of them, empty if it is not done
     */
    private record Written(String id, ArrayList<String> files, LinkedHashMap<String, Double> metrics)
            implements Serializable {}

    /** Writes the files. */
    private static final class Write extends MasterToSlaveFileCallable<Written> {
        private static final long serialVersionUID = 1L;

        private final Map<String, String> facts;
        private final Locale language;

        private Write(Map<String, String> facts, Locale language) {
            this.facts = facts;
            this.language = language;
        }

        @Override
        public Written invoke(File folder, VirtualChannel channel) throws IOException {
            ControlFolder control = new ControlFolder(folder.toPath());
            List<String> files =
                    TrainingReport.write(control, folder.toPath().resolve(FOLDER), facts, Words.of(language));
            LinkedHashMap<String, Double> metrics = new LinkedHashMap<>();
            List<TrainingEvent> events = TrainingCurves.read(control);
            if (!events.isEmpty() && events.get(events.size() - 1).result() != null) {
                metrics.putAll(MetricTrend.of(events.get(events.size() - 1).result()));
            }
            return new Written(control.id(), new ArrayList<>(files), metrics);
        }
    }
}
