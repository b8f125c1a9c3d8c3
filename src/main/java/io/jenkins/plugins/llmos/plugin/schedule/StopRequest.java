package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * Has a body end early. A body between two steps, or whose step ends at that very moment, does not hear of it, so the
 * request is repeated until a step has. Each step hears it once, and none that begins because of it, such as those of a
 * {@code finally}.
 */
final class StopRequest {
    private static final Logger LOGGER = Logger.getLogger(StopRequest.class.getName());

    private final BodyExecution body;
    private final String block;
    private final CauseOfInterruption cause;
    private final BooleanSupplier pointless;
    /** Ids of the nodes of the steps that have been told. */
    private final Set<String> told = new HashSet<>();

    /**
     * @param block id of the node of the step whose body it is
     * @param pointless whether it need not be repeated any more
     */
    StopRequest(BodyExecution body, String block, CauseOfInterruption cause, BooleanSupplier pointless) {
        this.body = body;
        this.block = block;
        this.cause = cause;
        this.pointless = pointless;
    }

    /** Begins; not to be called from the thread that runs the Pipeline. */
    void make() {
        try {
            if (body.isDone() || pointless.getAsBoolean()) {
                return;
            }
            List<StepExecution> steps = new ArrayList<>(body.getCurrentExecutions());
            // the innermost first, so that a step around others finds them told
            Collections.reverse(steps);
            for (StepExecution step : steps) {
                tell(step);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "cannot ask the steps of " + block + " to stop now");
        }
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Computer.threadPoolForRemoting)
                .execute(this::make);
    }

    private void tell(StepExecution step) {
        try {
            FlowNode node = step.getContext().get(FlowNode.class);
            if (node == null || told.contains(node.getId()) || follows(node)) {
                return;
            }
            told.add(node.getId());
            step.stop(new FlowInterruptedException(Result.ABORTED, false, cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.log(Level.FINE, e, () -> step + " does not stop");
            step.getContext().onFailure(e);
        }
    }

    /** Whether what comes before a node in this attempt has ended because of the request. */
    private boolean follows(FlowNode node) throws IOException {
        FlowNode before = node;
        while (!block.equals(before.getEnclosingId()) && !before.getParents().isEmpty()) {
            before = before.getParents().get(0);
            ErrorAction error = before.getError();
            if (error != null && isOurs(error.getError())) {
                return true;
            }
            if (told.contains(before.getId())) {
                return false;
            }
        }
        return false;
    }

    private boolean isOurs(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof FlowInterruptedException interruption
                    && interruption.getCauses().stream().anyMatch(cause.getClass()::isInstance)) {
                return true;
            }
        }
        return false;
    }
}
