package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.AgentLostException;
import io.jenkins.plugins.llmos.plugin.Preempted;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.AgentErrorCondition;

/**
 * One run of {@code llmosSchedule}: its body begins at once, and its {@code node} waits in the queue until devices are
 * granted. Around a body that is on a node already, this waits itself. The body runs again after it has yielded, and
 * after its agent was lost.
 */
final class ScheduleExecution extends StepExecution {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(ScheduleExecution.class.getName());
    private static final int MOST_FAILOVERS = 5;
    private static final String NODE_STEP = "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution";
    /** How long after a restart the pipeline has to deliver what ended meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LinkedHashMap<String, Object> arguments;
    private final String pool;
    private final String key = UUID.randomUUID().toString();
    private String machine = "";
    private int attempt;
    private int failovers;
    private boolean asked;
    private boolean stopped;
    private BodyExecution body;
    /** Whether the controller was killed just when the block had ended, so that nobody knew any more what it held. */
    private transient boolean reopened;

    ScheduleExecution(StepContext context, Map<String, Object> arguments, String pool) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
        this.pool = pool;
    }

    @Override
    public boolean start() throws Exception {
        Computer computer = getContext().get(Computer.class);
        Node around = computer == null ? null : computer.getNode();
        machine = around == null ? "" : Places.name(around);
        Block block = block();
        if (around == null) {
            begin();
        } else {
            block.attempt = attempt + 1;
            Allocations.get().ask(block, Places.self(around));
        }
        return false;
    }

    @Override
    public void onResume() {
        try {
            boolean gone = Allocations.get().block(key) == null;
            boolean begun;
            synchronized (this) {
                reopened = gone;
                begun = body != null;
            }
            Block block = block();
            if (!machine.isEmpty() && !begun && block.allocation == null) {
                Node around = Places.node(machine);
                if (around != null) {
                    Allocations.get().ask(block, Places.self(around));
                }
            }
            CompletableFuture.delayedExecutor(
                            PATIENCE.toMillis(), TimeUnit.MILLISECONDS, Computer.threadPoolForRemoting)
                    .execute(this::finishWhatEnded);
        } catch (IOException | InterruptedException | RuntimeException e) {
            getContext().onFailure(e);
        }
    }

    /** A controller that was killed at the wrong moment may know that the body has ended without having told this. */
    private void finishWhatEnded() {
        BodyExecution ended;
        synchronized (this) {
            ended = body;
        }
        if (ended == null || !ended.isDone() || Allocations.get().block(key) == null) {
            return;
        }
        try {
            succeeded(ended.get());
        } catch (ExecutionException e) {
            failed(e.getCause());
        } catch (CancellationException e) {
            failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The block as the allocator knows it; it is made known if it is not. */
    private Block block() throws IOException, InterruptedException {
        Block block = Allocations.get().block(key);
        if (block == null) {
            Run<?, ?> run = getContext().get(Run.class);
            block = new Block(new Block.Facts(
                    key,
                    run.getExternalizableId(),
                    getContext().get(FlowNode.class).getId(),
                    run.getParent().getFullName(),
                    run.getFullDisplayName(),
                    pool,
                    LlmosConfiguration.get()
                            .withEstimate(arguments, run.getParent().getFullName()),
                    machine,
                    null,
                    attempt,
                    List.of(),
                    null,
                    null,
                    null));
            block.execution = this;
            Allocations.get().open(block);
        }
        // the journal may be older than the build
        block.attempt = Math.max(block.attempt, attempt);
        block.execution = this;
        block.unclaimed = false;
        return block;
    }

    /** After a crash a node may wait in vain; see {@link RestoredItems}. */
    void queueNodesAgain() {
        try {
            RestoredItems.queueAgain(
                    getContext().get(FlowNode.class), getContext().get(Run.class));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot look for the nodes of " + key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void begin() throws IOException, InterruptedException {
        attempt++;
        asked = false;
        reopened = false;
        Block block = block();
        block.attempt = attempt;
        body = getContext()
                .newBodyInvoker()
                .withContext(EnvironmentExpander.merge(
                        getContext().get(EnvironmentExpander.class), new ScheduleEnvironment(key)))
                .withCallback(new Callback())
                .start();
    }

    /** The block has its devices. */
    void granted(Allocation held, Duration waited) {
        try {
            List<String> devices = held.devices().stream()
                    .map(d -> d.model() + " " + d.index())
                    .toList();
            say((attempt > 1 ? "llmosSchedule goes on (attempt " + attempt + ") with " : "llmosSchedule holds ")
                    + (devices.isEmpty() ? "no device" : String.join(", ", devices)) + " of " + held.machine()
                    + (waited.toMillis() < 1000 ? "" : " after a wait of " + Units.format(waited)));
            boolean begun;
            synchronized (this) {
                begun = body != null;
            }
            // after a restart a body that is on its node goes on by itself
            if (!machine.isEmpty() && !begun) {
                begin();
            }
        } catch (IOException | RuntimeException e) {
            getContext().onFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The policy wants the devices for another. */
    void makeWay(String inFavourOf, String policy) {
        interrupt(new Preempted(inFavourOf, policy));
    }

    /** The agent is not waited for any longer. */
    void lost(AgentLost cause) {
        interrupt(cause);
    }

    private void interrupt(CauseOfInterruption cause) {
        BodyExecution running;
        synchronized (this) {
            if (asked || stopped || body == null) {
                return;
            }
            asked = true;
            running = body;
        }
        try {
            say("llmosSchedule: " + cause.getShortDescription());
            String block = getContext().get(FlowNode.class).getId();
            StopRequest request = new StopRequest(running, block, cause, () -> isPointless(running));
            Computer.threadPoolForRemoting.execute(request::make);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The body of " + key + " cannot be asked to end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a body need not be asked to end any more. */
    private synchronized boolean isPointless(BodyExecution running) {
        return stopped || body != running;
    }

    @Override
    public void stop(Throwable cause) {
        BodyExecution running;
        synchronized (this) {
            stopped = true;
            running = body;
        }
        if (running == null || running.isDone()) {
            close(Outcome.FAILED);
            getContext().onFailure(cause);
        } else {
            running.cancel(cause);
        }
    }

    @Override
    public String getStatus() {
        Block block = Allocations.get().block(key);
        if (block == null) {
            return "ends";
        }
        Allocation held = block.allocation;
        return held == null ? WaitingText.of(block) : "holds devices " + held.indexes() + " of " + held.machine();
    }

    private void close(Outcome outcome) {
        Block block = Allocations.get().block(key);
        if (block != null) {
            Allocations.get().close(block, outcome);
        }
    }

    private void say(String line) throws IOException, InterruptedException {
        TaskListener listener = getContext().get(TaskListener.class);
        if (listener != null) {
            listener.getLogger().println(line);
        }
    }

    private void succeeded(Object result) {
        try {
            Block block = Allocations.get().block(key);
            if (block != null && block.allocation == null && machine.isEmpty()) {
                say("llmosSchedule: the block asked for no node, so it held no devices. Put node { … } inside of it.");
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "a build's log cannot be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(Outcome.COMPLETED);
        getContext().onSuccess(result);
    }

    private void failed(Throwable failure) {
        try {
            Outcome outcome = outcome(failure);
            if (outcome == Outcome.FAILED) {
                close(outcome);
                getContext().onFailure(failure);
                return;
            }
            if (outcome == Outcome.LOST) {
                failovers++;
                say("llmosSchedule: the agent was lost (" + failure.getMessage() + "); the block runs again");
            } else {
                say("llmosSchedule has yielded and waits for its turn");
            }
            Block block = block();
            Allocations.get().requeue(block, attempt + 1, outcome);
            if (machine.isEmpty()) {
                begin();
            } else {
                synchronized (this) {
                    body = null;
                    attempt++;
                    asked = false;
                }
                Allocations.get().ask(block, Places.self(Places.node(machine)));
            }
        } catch (IOException | RuntimeException e) {
            close(Outcome.FAILED);
            getContext().onFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(Outcome.FAILED);
            getContext().onFailure(e);
        }
    }

    private synchronized Outcome outcome(Throwable failure) throws IOException, InterruptedException {
        if (stopped) {
            return Outcome.FAILED;
        }
        if (asked && failure instanceof FlowInterruptedException interrupted) {
            for (CauseOfInterruption cause : interrupted.getCauses()) {
                if (cause instanceof Preempted) {
                    return Outcome.YIELDED;
                }
                if (cause instanceof AgentLost) {
                    return failovers < MOST_FAILOVERS && machine.isEmpty() ? Outcome.LOST : Outcome.FAILED;
                }
            }
        }
        return isLoss(failure) && machine.isEmpty() && failovers < MOST_FAILOVERS ? Outcome.LOST : Outcome.FAILED;
    }

    /** Whether a body failed since its agent was lost. Without an agent there is none to lose, only a mistake. */
    private boolean isLoss(Throwable failure) throws IOException, InterruptedException {
        Block block = Allocations.get().block(key);
        boolean hadAgent = reopened || (block != null && block.allocation != null);
        return failure instanceof AgentLostException
                || (hadAgent
                        && !(failure instanceof AbortException)
                        && (wasGoneBeforeUse(failure) || new AgentErrorCondition().test(failure, getContext())));
    }

    /**
     * Whether {@code node} found its agent gone between the moment when Jenkins chose it and that when its workspace was
     * asked for, which Jenkins' own condition for lost agents does not know: an exception of no particular kind.
     */
    private static boolean wasGoneBeforeUse(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof IllegalStateException
                && trace.length > 0
                && trace[0].getClassName().startsWith(NODE_STEP);
    }

    private final class Callback extends BodyExecutionCallback {
        private static final long serialVersionUID = 1L;

        @Override
        public void onSuccess(StepContext context, Object result) {
            succeeded(result);
        }

        @Override
        public void onFailure(StepContext context, Throwable failure) {
            failed(failure);
        }
    }
}
