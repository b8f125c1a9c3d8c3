package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Attempt;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContent;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.ReleasedSteps;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** What {@code llmosTrain} does inside of {@code llmosPrivatize}, and nothing outside of it. */
public final class PrivateTrainings {
    private PrivateTrainings() {}

    /** The arguments with the block's share of the budget. */
    public static Map<String, Object> arguments(StepContext context, Map<String, Object> given)
            throws IOException, InterruptedException {
        PrivateScope scope = context.get(PrivateScope.class);
        try {
            return scope == null ? PrivateBlock.outside(given) : scope.arguments(given);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /**
     * Before the training takes its first step. Not to be called in the CPS VM thread.
     *
     * @param arguments as of {@link #arguments}
     * @param workspace where the data is, on the agent
     * @param key the same in every attempt of this training, null if there is none
     * @param attempt which attempt it is
     * @param again whether the build is in a later attempt of {@code llmosSchedule}
     * @param files the key of encrypted data, null for none
     * @return what {@link #done} is to be called with
     * @throws AbortException if it must not start, with the reason
     */
    public static String use(
            StepContext context,
            Map<String, Object> arguments,
            FilePath workspace,
            String key,
            Attempt attempt,
            boolean again,
            HandedKey files)
            throws IOException, InterruptedException {
        PrivateScope scope = context.get(PrivateScope.class);
        if (scope == null) {
            return "";
        }
        Content content = workspace.act(new ReadContent(arguments, files));
        if (content.error() != null) {
            throw new AbortException(content.error());
        }
        try {
            PrivateBlock block = scope.block(ControllerLedger.origin(context.get(Run.class)));
            String base = key == null ? UUID.randomUUID().toString() : key;
            String charge = base;
            // The same training once more, after the first has ended, is another one.
            for (int n = 2; !again && block.reservation().spent().containsKey(charge); n++) {
                charge = base + "-" + n;
            }
            block.use(charge, attempt, content.data(), again);
            return charge;
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /** With what the training returned; may be called again with the same. */
    public static void done(StepContext context, String charge, Map<String, Object> result)
            throws IOException, InterruptedException {
        PrivateScope scope = context.get(PrivateScope.class);
        if (scope == null || charge == null) {
            return;
        }
        try {
            scope.block(ControllerLedger.origin(context.get(Run.class))).done(charge, result);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /** When a training ended without a result; {@code control} is still there and no process uses it. */
    public static void failed(StepContext context, String charge, String attempt, FilePath control)
            throws IOException, InterruptedException {
        PrivateScope scope = context.get(PrivateScope.class);
        if (scope == null || charge == null) {
            return;
        }
        try {
            long released = control.act(new ReadReleasedSteps());
            scope.block(ControllerLedger.origin(context.get(Run.class))).failed(charge, attempt, released);
        } catch (InvalidInputException e) {
            // Then it counts in full.
            context.get(TaskListener.class).getLogger().println("llmosPrivatize: " + e.getMessage());
        }
    }

    /** How many steps a training may have shown. The folder it is called on is the control folder. */
    private static final class ReadReleasedSteps extends MasterToSlaveFileCallable<Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public Long invoke(File folder, VirtualChannel channel) {
            return ReleasedSteps.of(new ControlFolder(folder.toPath()));
        }
    }

    /** What the agent says of the data, or why it cannot. */
    record Content(DataContent data, String error) implements Serializable {}

    /** Reads the data where it is. */
    private static final class ReadContent extends MasterToSlaveFileCallable<Content> {
        private static final long serialVersionUID = 1L;

        private final LinkedHashMap<String, Object> arguments;
        private final HandedKey key;

        private ReadContent(Map<String, Object> arguments, HandedKey key) {
            this.arguments = new LinkedHashMap<>(arguments);
            this.key = key;
        }

        @Override
        public Content invoke(File workspace, VirtualChannel channel) {
            try {
                TrainSpec spec = TrainSpec.from(arguments, workspace.toPath());
                spec.requireInputs();
                List<Path> files = Stream.of(spec.data().path(), spec.data().labels())
                        .filter(f -> f != null)
                        .toList();
                return new Content(DataContents.read(key == null ? FileAccess.PLAIN : key.vault(), files), null);
            } catch (InvalidInputException e) {
                return new Content(null, e.getMessage());
            }
        }
    }
}
