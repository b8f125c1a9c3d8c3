package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Reservation;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.Preempted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * One run of {@code llmosPrivatize} around a block: reserves, runs the block, settles. What it did is in the ledger, so
 * that a restart of the controller at any moment loses nothing; in a later attempt of {@code llmosSchedule} the block finds
 * what it had reserved.
 */
final class PrivatizeExecution extends StepExecution {
    private static final long serialVersionUID = 1L;

    /** Places that blocks of a running build have taken in each of its attempts. */
    private static final Map<Run<?, ?>, Set<String>> TAKEN = Collections.synchronizedMap(new WeakHashMap<>());

    private final LinkedHashMap<String, Object> arguments;
    private PrivateScope scope;
    private BodyExecution body;
    private String place;
    private Throwable stopped;

    PrivatizeExecution(StepContext context, Map<String, Object> arguments) {
        super(context);
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    public boolean start() throws Exception {
        if (getContext().get(PrivateScope.class) != null) {
            throw new AbortException(
                    "llmosPrivatize stands inside of another one. A training spends from one budget; put"
                            + " the blocks one after the other.");
        }
        Computer.threadPoolForRemoting.execute(this::begin);
        return false;
    }

    @Override
    public void onResume() {
        boolean begun;
        synchronized (this) {
            begun = body != null;
        }
        if (!begun) {
            Computer.threadPoolForRemoting.execute(this::begin);
        }
    }

    @Override
    public void stop(Throwable cause) {
        BodyExecution running;
        synchronized (this) {
            stopped = cause;
            running = body;
        }
        if (running != null) {
            running.cancel(cause);
        }
    }

    @Override
    public String getStatus() {
        return scope == null ? "reserves privacy" : "has reserved privacy of " + arguments.get("dataset");
    }

    private void begin() {
        try {
            PrivateBlock.Request request = PrivateBlock.Request.from(arguments);
            PrivateBlock block = reserve(request);
            Reservation r = block.reservation();
            say("llmosPrivatize reserved ε " + Figures.ceiling(r.held().epsilon()) + " at δ "
                    + Figures.ceiling(r.held().delta()) + " of '" + request.dataSet() + "'");
            scope = new PrivateScope(block, request.settings());
            Throwable cause;
            synchronized (this) {
                cause = stopped;
                if (cause == null) {
                    body = getContext()
                            .newBodyInvoker()
                            .withContext(scope)
                            .withCallback(new Callback())
                            .start();
                }
            }
            if (cause != null) {
                end(() -> getContext().onFailure(cause));
            }
        } catch (InvalidInputException e) {
            getContext().onFailure(new AbortException(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            getContext().onFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            getContext().onFailure(e);
        }
    }

    /**
     * Blocks with the same arguments are told apart by their order in the attempt. After a restart a settled one may have
     * been another's, so that it is taken in a later attempt alone, where its trainings only tell their results again.
     */
    private PrivateBlock reserve(PrivateBlock.Request request) throws IOException, InterruptedException {
        Run<?, ?> run = getContext().get(Run.class);
        Origin origin = ControllerLedger.origin(run);
        EnvVars environment = getContext().get(EnvVars.class);
        String attempt = environment == null ? "1" : environment.getOrDefault("LLMOS_ATTEMPT", "1");
        String key = "privatize-"
                + Hashes.sha256(Json.line(new TreeMap<>(arguments)).getBytes(StandardCharsets.UTF_8))
                        .substring(0, 16);
        Set<String> taken = TAKEN.computeIfAbsent(run, r -> Collections.synchronizedSet(new HashSet<>()));
        for (int n = 1; ; n++) {
            String candidate = place == null ? key + "-" + n : place;
            if (place == null && !taken.add(attempt + "/" + candidate)) {
                continue;
            }
            PrivateBlock block = PrivateBlock.open(ControllerLedger.get(), origin, candidate, request);
            if (place != null || !isSettled(block) || !attempt.equals("1")) {
                place = candidate;
                var unused = getContext().saveState();
                return block;
            }
        }
    }

    private static boolean isSettled(PrivateBlock block) {
        return block.reservation().status() == Reservation.Status.SETTLED;
    }

    private void say(String line) throws IOException, InterruptedException {
        getContext().get(TaskListener.class).getLogger().println(line);
    }

    /** Settles off the CPS VM thread. A ledger that cannot be written leaves the reservation in full. */
    private void end(Runnable answer) {
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                Origin origin = ControllerLedger.origin(getContext().get(Run.class));
                Optional<String> remark = scope.block(origin).close();
                if (remark.isPresent()) {
                    say("llmosPrivatize: " + remark.get());
                }
            } catch (InvalidInputException e) {
                getContext().onFailure(new AbortException(e.getMessage()));
                return;
            } catch (IOException | RuntimeException e) {
                getContext().onFailure(e);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                getContext().onFailure(e);
                return;
            }
            answer.run();
        });
    }

    private static boolean isPreempted(Throwable failure) {
        return failure instanceof FlowInterruptedException interrupted
                && interrupted.getCauses().stream().anyMatch(Preempted.class::isInstance);
    }

    private final class Callback extends BodyExecutionCallback {
        private static final long serialVersionUID = 1L;

        @Override
        public void onSuccess(StepContext context, Object result) {
            end(() -> getContext().onSuccess(result));
        }

        @Override
        public void onFailure(StepContext context, Throwable failure) {
            if (isPreempted(failure)) {
                // The next attempt goes on with the reservation.
                getContext().onFailure(failure);
            } else {
                end(() -> getContext().onFailure(failure));
            }
        }
    }
}
