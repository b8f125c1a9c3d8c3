package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.llmos.engine.train.ProgressText;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
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
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * One run of {@code llmosTrain}. The trainer is a process of its own on the agent; this asks from time to time what it has
 * told, holding no thread meanwhile. So the training goes on while the agent is away or the controller restarts.
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
    private String node;
    private String workspace;
    private String folder;
    private RemoteProcess process;
    private long position;
    /** The event that tells how the training ended, as JSON: kept, since the position may have been kept behind it. */
    private String last;

    private transient boolean ended;
    private transient boolean away;
    private transient int failures;
    private transient TrainingLog log;
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
        node = getContext().get(Computer.class).getName();
        workspace = here.getRemote();
        folder = beside.child("llmos").child(UUID.randomUUID().toString()).getRemote();
        Computer.threadPoolForRemoting.execute(this::launch);
        return false;
    }

    @Override
    public void onResume() {
        resumed = Instant.now();
        Computer.threadPoolForRemoting.execute(process == null ? this::launch : this::check);
    }

    @Override
    public void stop(Throwable cause) {
        RemoteProcess running;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            running = process;
        }
        var unused = CompletableFuture.runAsync(() -> kill(running), Computer.threadPoolForRemoting)
                .orTimeout(LONGEST_KILL.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> getContext().onFailure(cause));
    }

    @Override
    public String getStatus() {
        return status == null ? name + " is starting on " + place() : name + " on " + place() + ": " + status;
    }

    private void launch() {
        try {
            Computer computer = Jenkins.get().getComputer(node);
            Node machine = computer == null ? null : computer.getNode();
            FilePath root = machine == null ? null : machine.getRootPath();
            FilePath control = control();
            if (root == null || control == null) {
                sayAway();
                later(this::launch);
                return;
            }
            StartTrainer.Started started = control.act(new StartTrainer(
                    arguments,
                    workspace,
                    TrainerJars.install(root),
                    new LinkedHashMap<>(getContext().get(EnvVars.class))));
            if (started.error() != null) {
                fail(new AbortException(started.error()));
                return;
            }
            boolean stopped;
            synchronized (this) {
                process = started.process();
                stopped = ended;
            }
            if (stopped) {
                kill(process);
                return;
            }
            save();
            later(this::check);
        } catch (IOException | InterruptedException | RuntimeException e) {
            fail(e);
        }
    }

    private void check() {
        synchronized (this) {
            if (ended) {
                return;
            }
        }
        try {
            FilePath control = control();
            if (control == null) {
                sayAway();
            } else {
                ReadEvents.News news = control.act(new ReadEvents(process, position));
                failures = 0;
                away = false;
                take(news);
                if (!news.alive() && news.events().isEmpty()) {
                    finish(control);
                    return;
                }
            }
        } catch (IOException e) {
            if (++failures > MOST_FAILURES && control() != null) {
                fail(e);
                return;
            }
            LOGGER.log(Level.FINE, e, () -> "cannot ask for " + name + " on " + place());
        } catch (InterruptedException | RuntimeException e) {
            fail(e);
            return;
        }
        later(this::check);
    }

    private void take(ReadEvents.News news) throws IOException, InterruptedException {
        position = news.position();
        if (log == null) {
            log = new TrainingLog(name);
        }
        TaskListener listener = getContext().get(TaskListener.class);
        for (TrainingEvent event : news.parsed()) {
            switch (event.type()) {
                case DONE, YIELDED, ERROR -> last = Json.line(event);
                case STEP, EPOCH -> status = ProgressText.facts(event);
                default -> {}
            }
            if (resumed == null || event.time().isAfter(resumed)) {
                log.show(event, listener.getLogger());
            }
        }
        if (System.nanoTime() - saved > BETWEEN_SAVES.toNanos()) {
            save();
        }
    }

    private void finish(FilePath control) throws IOException, InterruptedException {
        if (last == null) {
            fail(new AbortException(
                    "The trainer process of " + name + " ended before it could say why. Its own output is" + " in "
                            + control.child("trainer.log").getRemote() + " on " + place() + "."));
            return;
        }
        TrainingEvent how = Json.parse(last, TrainingEvent.class);
        switch (how.type()) {
            case DONE -> {
                control.deleteRecursive();
                if (end()) {
                    getContext().onSuccess(new LinkedHashMap<>(how.result()));
                }
            }
            case YIELDED ->
                fail(new AbortException(
                        "The training " + name + " was told to leave by a signal on " + place() + " and has left."));
            default -> fail(new AbortException(how.message()));
        }
    }

    private void fail(Throwable why) {
        if (end()) {
            getContext().onFailure(why);
        }
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    private void kill(RemoteProcess running) {
        try {
            FilePath control = control();
            if (running != null && control != null) {
                control.act(new KillTrainer(running));
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot end " + name + " on " + place());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    private void sayAway() throws IOException, InterruptedException {
        if (!away) {
            away = true;
            getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println(name + ": " + place() + " is away; waiting until it is back");
        }
    }

    /** The control folder, or null while its machine is away. */
    private FilePath control() {
        Computer computer = Jenkins.get().getComputer(node);
        VirtualChannel channel = computer == null ? null : computer.getChannel();
        return channel == null ? null : new FilePath(channel, folder);
    }

    private String place() {
        return node.isEmpty() ? "the built-in node" : node;
    }
}
