package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.retrain.Baseline;
import io.jenkins.plugins.llmos.engine.retrain.DataState;
import io.jenkins.plugins.llmos.engine.retrain.RetrainRule;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict.Memory;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Judges data where they are. The folder it is called on is the workspace; only the verdict leaves the machine. */
final class LookAtData extends MasterToSlaveFileCallable<LookAtData.Seen> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> rule;
    private final String pattern;
    private final String labels;
    private final String card;
    private final String profile;
    private final boolean model;
    private final long created;
    private final String memory;
    private final String listing;

    /**
     * Says what to judge.
     *
     * @param rule arguments of the rule
     * @param pattern of data files
     * @param labels IDX labels, empty for those that the model was trained with
     * @param model the last good one, null if there is none yet
     * @param memory of earlier judgements
     * @param listing of the files judged last; if they are the same they are not read again
     */
    LookAtData(
            Map<String, Object> rule, String pattern, String labels, LastModel model, Memory memory, String listing) {
        this.rule = new LinkedHashMap<>(rule);
        this.pattern = pattern;
        this.labels = labels;
        this.model = model != null;
        this.card = model == null ? null : model.card();
        this.profile = model == null ? null : model.profile();
        this.created = model == null ? 0 : model.created();
        this.memory = Json.line(memory);
        this.listing = listing;
    }

    /**
     * What came of it.
     *
     * @param verdict as JSON; null if the files are those judged last, or cannot be judged
     * @param listing of the files
     * @param error why they cannot be judged, else null
     */
    record Seen(String verdict, String listing, String error) implements Serializable {}

    @Override
    public Seen invoke(File workspace, VirtualChannel channel) throws IOException, InterruptedException {
        try {
            List<Path> files = files(workspace);
            if (files.isEmpty()) {
                return new Seen(null, null, "No file on this machine matches '" + pattern + "' in " + workspace + ".");
            }
            String now = DataState.listing(files);
            if (now.equals(listing)) {
                return new Seen(null, now, null);
            }
            ModelCard read = card == null ? null : Json.parse(card, ModelCard.class);
            Baseline baseline = !model
                    ? null
                    : read == null
                            ? new Baseline(
                                    Instant.ofEpochMilli(created), null, -1, null, "the model's card is encrypted")
                            : Baseline.of(read, profile == null ? null : Json.parse(profile, DataProfile.class));
            DataState state =
                    DataState.read(files, labels(workspace, read), read == null ? null : read.schema(), baseline);
            RetrainVerdict verdict = RetrainVerdict.of(
                    RetrainRule.from(rule), baseline, state, Json.parse(memory, Memory.class), Instant.now());
            return new Seen(Json.line(verdict), now, null);
        } catch (InvalidInputException e) {
            return new Seen(null, null, e.getMessage());
        }
    }

    /** The files of the pattern, in the order of their paths; one with an absolute path is looked for from there. */
    private List<Path> files(File workspace) throws IOException, InterruptedException {
        String unix = pattern.replace('\\', '/');
        File base = workspace;
        String rest = unix;
        if (new File(pattern).isAbsolute()) {
            int wild = unix.replaceFirst("[*?].*$", "").length();
            int slash = unix.lastIndexOf('/', wild);
            base = new File(unix.substring(0, slash + 1));
            rest = unix.substring(slash + 1);
        }
        if (!base.isDirectory()) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        Arrays.stream(new FilePath(base).list(rest, null))
                .map(f -> Path.of(f.getRemote()))
                .sorted()
                .forEach(files::add);
        return files;
    }

    private Path labels(File workspace, ModelCard read) {
        if (!labels.isEmpty()) {
            return workspace.toPath().resolve(labels);
        }
        Path known = read == null ? null : read.spec().data().labels();
        return known != null && Files.isRegularFile(known) ? known : null;
    }
}
