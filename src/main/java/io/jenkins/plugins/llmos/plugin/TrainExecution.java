package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.privacy.PrivateTrainings;
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
    private transient YieldRequest request;
    private transient int failures;
    private transient Instant resumed;
    private transient AgentAbsence absence;
    private transient TrainingNews news;
    private transient StepCheckpoint checkpoint;
    private transient long saved;
    private transient long wait;

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
        claimCheckpoint();
        Computer.threadPoolForRemoting.execute(this::launch);
        return false;
    }

    private void claimCheckpoint() throws IOException, InterruptedException {
        if (!checkpoint().claim()) {
            key = null;
            synchronized (this) {
                checkpoint = null;
            }
        }
    }

    @Override
    public void onResume() {
        synchronized (this) {
            resumed = Instant.now();
        }
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                claimCheckpoint();
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
        boolean preempted = cause instanceof FlowInterruptedException interruption
                && Preempted.in(interruption).isPresent();
        boolean yields;
        synchronized (this) {
            if (ended || (preempted && yielding != null)) {
                return;
            }
            yields = preempted && trainer.process() != null;
            if (yields) {
                yielding = (FlowInterruptedException) cause;
                request().begin();
                wait = 0;
            } else {
                ended = true;
            }
        }
        if (yields) {
            Computer.threadPoolForRemoting.execute(() -> request().send(trainer));
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
        String status = news().status();
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
            absence().here();
            TrainerLaunch launch = new TrainerLaunch(getContext(), trainer, arguments, workspace, control, root);
            launch.prepare(checkpoint());
            if (charge == null) {
                charge = launch.charge(key, checkpoint());
                save();
            }
            StartTrainer.Started started = launch.start();
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
                if (yielding != null) {
                    request().send(trainer);
                }
                ReadEvents.News latest = control.act(new ReadEvents(trainer.process(), position));
                failures = 0;
                absence().here();
                take(latest, control);
                if (!latest.alive() && latest.events().isEmpty()) {
                    finish(control, latest);
                    return;
                }
                if (request().overdue()) {
                    var unused = checkpoint().copy(control, log());
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

    private void take(ReadEvents.News latest, FilePath control) throws IOException, InterruptedException {
        position = latest.position();
        String end = news().tell(latest.parsed(), log(), getContext().get(FlowNode.class), checkpoint());
        last = end == null ? last : end;
        checkpoint().copyIfDue(control, log());
        if (System.nanoTime() - saved > BETWEEN_SAVES.toNanos()) {
            save();
        }
    }

    private void finish(FilePath control, ReadEvents.News latest) throws IOException, InterruptedException {
        if (last == null && (absence().returned() || !latest.present())) {
            if (latest.present()) {
                var unused = checkpoint().copy(control, log());
            }
            lose("was away, and the training " + name + " did not outlive that");
            return;
        }
        TrainingEvent how = last == null ? null : Json.parse(last, TrainingEvent.class);
        TrainingEvent.Type type = how == null ? TrainingEvent.Type.ERROR : how.type();
        if (type == TrainingEvent.Type.YIELDED) {
            checkpoint().left(control, log());
        }
        if (type == TrainingEvent.Type.YIELDED && yielding != null) {
            leave("leaves with a checkpoint: "
                    + Preempted.in(yielding).orElseThrow().getShortDescription());
            return;
        }
        TrainingEnd end = new TrainingEnd(getContext(), trainer, name, workspace, charge, checkpoint());
        switch (type) {
            case DONE -> {
                end.done(control, how.result());
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
            default -> fail(new AbortException(end.failed(control, how == null ? null : how.message())));
        }
    }

    /** Ends this attempt since the step was preempted. */
    private void leave(String how) throws IOException, InterruptedException {
        log().println(name + " " + how);
        trainer.end();
        fail(yielding);
    }

    /** Ends this attempt since its agent is lost. */
    private void lose(String how) throws IOException, InterruptedException {
        trainer.end();
        boolean goesOn = checkpoint().exists();
        fail(new AgentLostException(trainer.place() + " " + how + ". "
                + (goesOn
                        ? "Another attempt goes on from the last checkpoint that the controller has."
                        : "The controller has no checkpoint of it yet, so another attempt begins anew.")));
    }

    /** Says once that the agent is away; when that lasts too long the attempt ends and this returns true. */
    private boolean waitForAgent() throws IOException, InterruptedException {
        if (absence().away()) {
            log().println(name + ": " + trainer.place() + " is away; waiting until it is back");
        }
        if (yielding != null && (absence().isFinal() || request().overdue())) {
            leave("was asked to leave while " + trainer.place() + " was away");
            return true;
        }
        String tooLong = absence().tooLong();
        if (tooLong != null) {
            lose(tooLong);
        }
        return tooLong != null;
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
            checkpoint().release();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot release the checkpoint of " + name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized StepCheckpoint checkpoint() throws IOException, InterruptedException {
        if (checkpoint == null) {
            checkpoint = StepCheckpoint.of(getContext(), key, trainer.id(), name);
        }
        return checkpoint;
    }

    private synchronized AgentAbsence absence() {
        if (absence == null) {
            absence = new AgentAbsence(trainer, name, resumed);
        }
        return absence;
    }

    private synchronized YieldRequest request() {
        if (request == null) {
            request = new YieldRequest(name);
        }
        return request;
    }

    private synchronized TrainingNews news() {
        if (news == null) {
            news = new TrainingNews(name, resumed);
        }
        return news;
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
