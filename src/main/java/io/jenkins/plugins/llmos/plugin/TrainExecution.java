package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Attempt;
import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
import io.jenkins.plugins.llmos.plugin.privacy.PrivateTrainings;
import io.jenkins.plugins.llmos.plugin.privacy.TrainingKeys;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * One run of {@code llmosTrain}. The trainer is a process of its own on the agent; this asks from time to time what it has
 * told, holding no thread meanwhile. So the training goes on while the agent is away or the controller restarts. One that
 * is preempted, or whose agent is lost, leaves a checkpoint with the controller, from which the next step of its build with
 * the same {@link TrainingKey} goes on.
 */
final class TrainExecution extends StepExecution {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(TrainExecution.class.getName());

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration BETWEEN_SAVES = Duration.ofMinutes(1);
    private static final Duration LONGEST_KILL = Duration.ofSeconds(8);
    private static final int MOST_FAILURES = 10;

    private final LinkedHashMap<String, Object> arguments;
    private final String name;
    private RemoteTrainer trainer;
    private String workspace;
    private String key;
    /** What the training is called in the privacy ledger, null until it is. */
    private String charge;

    private long position;
    /** The event that tells how the training ended, as JSON: kept, since the position may have been kept behind it. */
    private String last;
    /** Why the training is asked to yield, else null. */
    private FlowInterruptedException yielding;

    private transient boolean ended;
    private transient Instant away;
    private transient boolean returned;
    private transient boolean asked;
    private transient Instant askedFirst;
    private transient int failures;
    private transient TrainingLog log;
    private transient CheckpointCopies copies;
    private transient Instant resumed;
    private transient long saved;
    private transient long wait;
    private transient String status;

    TrainExecution(StepContext context, Map<String, Object> arguments, String name) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
        this.name = name;
    }

    @Override
    public boolean start() throws Exception {
        FilePath here = getContext().get(FilePath.class);
        FilePath beside = WorkspaceList.tempDir(here);
        if (beside == null) {
            throw new AbortException("llmosTrain needs a workspace that is no root of a drive, but this one is "
                    + here.getRemote() + ". Use a folder in it: dir('training') { … }.");
        }
        workspace = here.getRemote();
        String id = UUID.randomUUID().toString();
        FilePath control = beside.child("llmos").child(id);
        trainer = new RemoteTrainer(getContext().get(Computer.class).getName(), control, id);
        key = TrainingKey.of(arguments, workspace, getContext().get(EnvVars.class));
        if (!kept().claim(id)) {
            // Its twin, which trains the same beside it, has the checkpoint.
            key = null;
        }
        Computer.threadPoolForRemoting.execute(this::launch);
        return false;
    }

    @Override
    public void onResume() {
        resumed = Instant.now();
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                if (key != null && !kept().claim(trainer.id())) {
                    key = null;
                }
            } catch (IOException | InterruptedException e) {
                fail(e);
                return;
            }
            if (trainer.process() == null) {
                launch();
            } else {
                check();
            }
        });
    }

    @Override
    public void stop(Throwable cause) {
        boolean preempted = cause instanceof FlowInterruptedException f
                && f.getCauses().stream().anyMatch(Preempted.class::isInstance);
        boolean yields;
        synchronized (this) {
            if (ended || (preempted && yielding != null)) {
                return;
            }
            yields = preempted && trainer.process() != null;
            if (yields) {
                yielding = (FlowInterruptedException) cause;
                askedFirst = Instant.now();
                wait = 0;
            } else {
                ended = true;
            }
        }
        if (yields) {
            Computer.threadPoolForRemoting.execute(this::askToYield);
            return;
        }
        var unused = CompletableFuture.runAsync(trainer::end, Computer.threadPoolForRemoting)
                .orTimeout(LONGEST_KILL.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> {
                    release();
                    getContext().onFailure(cause);
                });
    }

    @Override
    public String getStatus() {
        return status == null
                ? name + " is starting on " + trainer.place()
                : name + " on " + trainer.place() + ": " + status;
    }

    private void launch() {
        try {
            if (isEnded()) {
                return;
            }
            FilePath root = trainer.root();
            FilePath control = trainer.control();
            if (root == null || control == null) {
                if (!waitForAgent()) {
                    later(this::launch);
                }
                return;
            }
            away = null;
            TrainerSweep.sweep(root);
            EnvVars environment = getContext().get(EnvVars.class);
            if (key != null) {
                kept().restore(control, isAgain(environment));
            }
            HandedKey files = TrainingKeys.forTraining(getContext(), arguments, control.child(workspace));
            if (charge == null) {
                charge = PrivateTrainings.use(
                        getContext(),
                        arguments,
                        control.child(workspace),
                        key,
                        new Attempt(trainer.id(), key == null ? null : kept().leftBy()),
                        isAgain(environment),
                        files);
                save();
            }
            Map<String, String> given = new LinkedHashMap<>(environment);
            TrainingConfiguration.get().applyTo(given);
            StartTrainer.Started started = control.act(new StartTrainer(
                    arguments,
                    workspace,
                    TrainerJars.install(root),
                    given,
                    trainer.executors(),
                    new StartTrainer.Owner(
                            root.getRemote(),
                            trainer.id(),
                            Jenkins.get().getLegacyInstanceId(),
                            getContext().get(Run.class).getExternalizableId()),
                    files));
            if (started.error() != null) {
                PrivateTrainings.failed(getContext(), charge, trainer.id(), control);
                control.deleteRecursive();
                fail(new AbortException(started.error()));
                return;
            }
            boolean stopped;
            synchronized (this) {
                trainer.started(started.process());
                position = started.position();
                stopped = ended;
            }
            if (stopped) {
                trainer.end();
                return;
            }
            save();
            later(this::check);
        } catch (IOException | InterruptedException | RuntimeException e) {
            trainer.end();
            fail(e);
        }
    }

    /** In a later attempt of {@code llmosSchedule}'s body a training that was done is not repeated. */
    private static boolean isAgain(EnvVars environment) {
        String attempt = environment.get("LLMOS_ATTEMPT");
        return attempt != null && attempt.matches("\\d{1,9}") && Integer.parseInt(attempt) > 1;
    }

    private void check() {
        if (isEnded()) {
            return;
        }
        try {
            FilePath control = trainer.control();
            if (control == null) {
                if (waitForAgent()) {
                    return;
                }
            } else {
                askToYield();
                ReadEvents.News news = control.act(new ReadEvents(trainer.process(), position));
                failures = 0;
                returned |= away != null;
                away = null;
                take(news, control);
                if (!news.alive() && news.events().isEmpty()) {
                    finish(control, news);
                    return;
                }
                if (tooLate()) {
                    var unused = copyCheckpoint(control);
                    leave("does not leave; it is ended");
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            // A connection that breaks shows itself by exceptions of both kinds.
            if (++failures > MOST_FAILURES && trainer.control() != null) {
                trainer.end();
                fail(e);
                return;
            }
            LOGGER.log(Level.FINE, e, () -> "cannot ask for " + name + " on " + trainer.place());
        } catch (InterruptedException e) {
            fail(e);
            return;
        }
        later(this::check);
    }

    private void take(ReadEvents.News news, FilePath control) throws IOException, InterruptedException {
        position = news.position();
        if (log == null) {
            log = new TrainingLog(name);
        }
        for (TrainingEvent event : news.parsed()) {
            switch (event.type()) {
                case DONE, YIELDED, ERROR -> last = Json.line(event);
                case STEP, EPOCH -> status = ProgressText.facts(event);
                case CHECKPOINT -> {
                    if (key != null) {
                        copies().changed();
                    }
                }
                default -> {}
            }
            if (resumed == null || event.time().isAfter(resumed)) {
                log.show(event, log());
            }
            if (event.remainingSeconds() != null && Double.isFinite(event.remainingSeconds())) {
                tell(Duration.ofMillis((long) (1000 * event.remainingSeconds())));
            }
        }
        if (key != null) {
            copies().copyIfDue(control, log());
        }
        if (System.nanoTime() - saved > BETWEEN_SAVES.toNanos()) {
            save();
        }
    }

    private void tell(Duration remaining) throws IOException, InterruptedException {
        FlowNode step = getContext().get(FlowNode.class);
        for (TrainingListener listener : ExtensionList.lookup(TrainingListener.class)) {
            listener.remaining(step, remaining);
        }
    }

    /** Asks the trainer to leave if the step was preempted; at most one request needs to arrive. */
    private void askToYield() {
        FilePath control = trainer.control();
        if (yielding == null || asked || control == null) {
            return;
        }
        try {
            control.act(new RequestYield());
            asked = true;
            if (askedFirst == null) {
                askedFirst = Instant.now();
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot ask " + name + " to leave " + trainer.place() + " yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tooLate() {
        return askedFirst != null && Instant.now().isAfter(askedFirst.plus(TrainSettings.longestYield()));
    }

    private void finish(FilePath control, ReadEvents.News news) throws IOException, InterruptedException {
        if (last == null && (returned || !news.present())) {
            if (news.present()) {
                var unused = copyCheckpoint(control);
            }
            lose("was away, and the training " + name + " did not outlive that");
            return;
        }
        TrainingEvent how = last == null ? null : Json.parse(last, TrainingEvent.class);
        TrainingEvent.Type type = how == null ? TrainingEvent.Type.ERROR : how.type();
        if (type == TrainingEvent.Type.YIELDED && copyCheckpoint(control)) {
            kept().leftBy(trainer.id());
        }
        if (type == TrainingEvent.Type.YIELDED && yielding != null) {
            leave("leaves with a checkpoint: " + why());
            return;
        }
        switch (type) {
            case DONE -> {
                PrivateTrainings.done(getContext(), charge, how.result());
                archive(control, ProgressText.done(name, how.result()));
                if (key != null) {
                    kept().done(control);
                }
                save();
                if (end()) {
                    getContext().onSuccess(new LinkedHashMap<>(how.result()));
                }
                trainer.end();
            }
            case YIELDED -> {
                trainer.end();
                fail(new AbortException("The training " + name + " was told to leave by a signal on " + trainer.place()
                        + " and has left."));
            }
            default -> {
                PrivateTrainings.failed(getContext(), charge, trainer.id(), control);
                String message = how != null
                        ? how.message()
                        : "The trainer process of " + name + " ended before it could say why. Its own output is in "
                                + control.child("trainer.log").getRemote() + ".";
                String folder = archive(control, message);
                if (folder != null) {
                    message = message.replace(
                            control.child("trainer.log").getRemote(),
                            "the build's artifact " + folder + "/trainer.log");
                    if (key != null) {
                        kept().delete();
                    }
                    trainer.end();
                }
                fail(new AbortException(message));
            }
        }
    }

    /** What cannot be archived does not undo a training. */
    private String archive(FilePath control, String outcome) throws InterruptedException {
        try {
            return TrainingArchive.keep(getContext(), control, name, trainer, workspace, outcome);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot archive the report of " + name);
            return null;
        }
    }

    /** Ends this attempt since the step was preempted. */
    private void leave(String how) throws IOException, InterruptedException {
        log().println(name + " " + how);
        trainer.end();
        fail(yielding);
    }

    private String why() {
        return yielding.getCauses().stream()
                .filter(Preempted.class::isInstance)
                .findFirst()
                .orElseThrow()
                .getShortDescription();
    }

    /** Ends this attempt since its agent is lost. */
    private void lose(String how) throws IOException, InterruptedException {
        trainer.end();
        boolean goesOn = key != null && kept().exists();
        fail(new AgentLostException(trainer.place() + " " + how + ". "
                + (goesOn
                        ? "Another attempt goes on from the last checkpoint that the controller has."
                        : "The controller has no checkpoint of it yet, so another attempt begins anew.")));
    }

    /** Says once that the agent is away; when that lasts too long the attempt ends and this returns true. */
    private boolean waitForAgent() throws IOException, InterruptedException {
        Instant now = Instant.now();
        if (away == null) {
            away = now;
            log().println(name + ": " + trainer.place() + " is away; waiting until it is back");
        }
        // Nodes may come a little later than builds when a controller starts.
        boolean removed = trainer.isRemoved() && (resumed == null || now.isAfter(resumed.plus(Duration.ofMinutes(1))));
        Duration longest = TrainSettings.longestAway();
        if (yielding != null && (removed || tooLate())) {
            leave("was asked to leave while " + trainer.place() + " was away");
            return true;
        }
        if (removed) {
            lose("was removed while " + name + " trained there");
            return true;
        }
        if (now.isAfter(away.plus(longest))) {
            lose("has been away for more than " + longest.toSeconds() + " s while " + name + " trained there");
            return true;
        }
        return false;
    }

    private void fail(Throwable why) {
        if (end()) {
            getContext().onFailure(why);
        }
    }

    private boolean end() {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
        }
        release();
        return true;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private void release() {
        try {
            if (key != null) {
                kept().release(trainer.id());
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot release the checkpoint of " + name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private KeptCheckpoint kept() throws IOException, InterruptedException {
        return new KeptCheckpoint(getContext().get(Run.class), key);
    }

    private boolean copyCheckpoint(FilePath control) throws IOException, InterruptedException {
        return key != null && copies().copy(control, log());
    }

    private CheckpointCopies copies() throws IOException, InterruptedException {
        if (copies == null) {
            copies = new CheckpointCopies(kept(), name);
        }
        return copies;
    }

    private PrintStream log() throws IOException, InterruptedException {
        return getContext().get(TaskListener.class).getLogger();
    }

    private void later(Runnable task) {
        wait = Math.min(LONGEST_WAIT.toMillis(), Math.max(SHORTEST_WAIT.toMillis(), wait * 5 / 4));
        CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS, Computer.threadPoolForRemoting)
                .execute(task);
    }

    private void save() {
        saved = System.nanoTime();
        var unused = getContext().saveState();
    }
}
