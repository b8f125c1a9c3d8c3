package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.FilePath;
import hudson.model.CauseAction;
import hudson.model.Computer;
import hudson.model.Job;
import hudson.model.Node;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;

/** Looks whether a job is to train again, and starts it if so. */
final class Judgement {
    private static final Logger LOGGER = Logger.getLogger(Judgement.class.getName());

    /** One judgement of a job at a time, so that none is acted on twice. */
    private static final Map<Job<?, ?>, Object> LOCKS = new WeakHashMap<>();

    private Judgement() {}

    private static Object lock(Job<?, ?> job) {
        synchronized (LOCKS) {
            return LOCKS.computeIfAbsent(job, j -> new Object());
        }
    }

    /**
     * Judges.
     *
     * @param dryRun whether to show the verdict only
     * @return what is remembered from now on
     */
    static RetrainState judge(Job<?, ?> job, RetrainTrigger trigger, boolean dryRun)
            throws IOException, InterruptedException {
        synchronized (lock(job)) {
            RetrainState before = RetrainState.read(job);
            LastModel model = LastModel.of(job, trigger.getTraining());
            String rule = Json.line(trigger.arguments())
                    + (model == null ? "" : model.build().getExternalizableId());
            boolean again = !dryRun && !trigger.hasAge() && !before.dryRun() && rule.equals(before.rule());
            LookAtData.Seen seen = look(trigger, model, before, again ? before.listing() : null);
            if (seen.error() == null && seen.verdict() == null) {
                return before;
            }
            RetrainVerdict verdict = seen.error() == null
                    ? Json.parse(seen.verdict(), RetrainVerdict.class)
                    : new RetrainVerdict(false, List.of(), List.of(seen.error()), List.of(), "", null);
            RetrainState after = new RetrainState(
                    dryRun || seen.error() != null
                            ? before.memory()
                            : before.memory().after(verdict),
                    seen.listing(),
                    rule,
                    verdict,
                    Instant.now(),
                    dryRun);
            // Kept before the build is asked for: better not to train once than to train twice.
            after.write(job);
            if (verdict.train() && !dryRun) {
                start(job, verdict, before);
            }
            return after;
        }
    }

    private static void start(Job<?, ?> job, RetrainVerdict verdict, RetrainState before) throws IOException {
        if (ParameterizedJobMixIn.scheduleBuild2(job, -1, new CauseAction(new RetrainCause(verdict.reasons())))
                == null) {
            LOGGER.info(() -> job.getFullName() + " is to train again but takes no builds now");
            before.write(job);
        }
    }

    private static LookAtData.Seen look(RetrainTrigger trigger, LastModel model, RetrainState before, String listing)
            throws IOException, InterruptedException {
        String name = trigger.getNode().isEmpty() ? model == null ? null : model.node() : trigger.getNode();
        if (name == null) {
            return new LookAtData.Seen(
                    null,
                    null,
                    "No build of this job has trained a model yet, so it is not known on which machine the data are. Build"
                            + " it once, or name the machine: node: 'built-in'.");
        }
        boolean builtIn = name.isEmpty() || name.equals("built-in");
        if (builtIn && Jenkins.get().getNumExecutors() == 0) {
            // Who may configure a job may not for that alone learn of the controller's files.
            return new LookAtData.Seen(
                    null,
                    null,
                    "The controller takes no builds, so its files are not looked at. Name the agent that has the data:"
                            + " node: 'name'.");
        }
        Node node = builtIn ? Jenkins.get() : Jenkins.get().getNode(name);
        Computer computer = Jenkins.get().getComputer(builtIn ? "" : name);
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null || computer == null || computer.getChannel() == null) {
            return new LookAtData.Seen(null, null, "The machine " + name + ", which has the data, is away.");
        }
        String folder = model == null || model.workspace() == null || !name.equals(model.node())
                ? root.getRemote()
                : model.workspace();
        return new FilePath(computer.getChannel(), folder)
                .act(new LookAtData(
                        trigger.rule(), trigger.getData(), trigger.getLabels(), model, before.memory(), listing));
    }
}
