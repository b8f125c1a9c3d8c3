package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Action;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.InvisibleAction;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.QueueItemAction;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionListener;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;

/**
 * What a controller that was killed left of its queue. Jenkins writes the queue once a minute, so after a crash it may
 * hold items of {@code node}s that have begun since, or are even over, and lack those that came later; and it counts on
 * from the ids that were written, so that a build may take another's item for its own. Left to itself Jenkins would begin
 * bodies twice, or wait for ever. This is about builds with blocks alone; what it does here may take a while, so it is
 * not to be done in the queue's lock.
 */
@Extension(ordinal = 100)
public final class RestoredItems extends FlowExecutionListener {
    private static final Logger LOGGER = Logger.getLogger(RestoredItems.class.getName());
    /** How long a node that has begun may take to ask for its executor again. */
    private static final Duration LONGEST_RESUMPTION = Duration.ofMinutes(1);

    private final Instant started = Instant.now();

    static RestoredItems get() {
        return ExtensionList.lookupSingleton(RestoredItems.class);
    }

    /** On an item: none that is to be added counts as its duplicate. */
    static final class SetAside extends InvisibleAction implements Queue.QueueAction {
        @Override
        public boolean shouldSchedule(List<Action> actions) {
            return true;
        }
    }

    /**
     * Sets a build's items aside before its steps resume: a node that goes on would take one for its own otherwise, which
     * would then begin its body anew. Takes no lock, since it is called while a build is being loaded.
     */
    @Override
    @SuppressWarnings("try")
    public void onResumed(FlowExecution execution) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            if (!(execution.getOwner().getExecutable() instanceof Run<?, ?> run)
                    || !Allocations.get().concerns(run.getExternalizableId())) {
                return;
            }
            // an item may be replaced by another with the same id meanwhile, so look until all have it
            boolean all = false;
            for (int i = 0; i < 10 && !all; i++) {
                all = true;
                for (Queue.Item item : Jenkins.get().getQueue().getItems()) {
                    if (item.task instanceof ExecutorStepExecution.PlaceholderTask task
                            && !task.isContinued()
                            && task.getOwnerTask() == run.getParent()
                            && item.getAction(SetAside.class) == null) {
                        item.addAction(new SetAside());
                        all = false;
                    }
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "a build that resumes cannot be found", e);
        }
    }

    /** What has become of the node of an item. */
    enum State {
        /** It waits for just this item. */
        WAITS,
        /** It has begun, with another item, or is over: this one is never to start. */
        BEGUN,
        /** That will be known later. */
        UNKNOWN
    }

    /** Whether an item is still what its node waits for. */
    State state(Queue.Item item, ExecutorStepExecution.PlaceholderTask task, FlowNode node)
            throws IOException, InterruptedException {
        if (task.isContinued() || Instant.ofEpochMilli(item.getInQueueSince()).isAfter(started)) {
            return State.WAITS;
        }
        if (hasTwin(task)) {
            return State.BEGUN;
        }
        if (running(node.getExecution()).stream().noneMatch(n -> n.equals(node))) {
            return State.BEGUN;
        }
        boolean mayHaveBegun = node.getPersistentAction(WorkspaceAction.class) != null;
        return mayHaveBegun && Instant.now().isBefore(started.plus(LONGEST_RESUMPTION)) ? State.UNKNOWN : State.WAITS;
    }

    /** Whether the same node goes on with another item. */
    private static boolean hasTwin(Queue.Task task) {
        Jenkins jenkins = Jenkins.get();
        for (Queue.Item other : jenkins.getQueue().getItems()) {
            if (other.task != task
                    && other.task.equals(task)
                    && ((ExecutorStepExecution.PlaceholderTask) other.task).isContinued()) {
                return true;
            }
        }
        for (Computer computer : jenkins.getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                Queue.Executable executable = executor.getCurrentExecutable();
                if (executable != null && executable.getParent() != task && task.equals(executable.getParent())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The {@code node} steps of a build that are not over. */
    private static List<FlowNode> running(FlowExecution execution) throws IOException, InterruptedException {
        List<FlowNode> nodes = new ArrayList<>();
        for (ExecutorStepExecution step : steps(execution)) {
            nodes.add(step.getContext().get(FlowNode.class));
        }
        return nodes;
    }

    private static List<ExecutorStepExecution> steps(FlowExecution execution) throws IOException, InterruptedException {
        try {
            List<ExecutorStepExecution> steps = new ArrayList<>();
            for (StepExecution step : execution.getCurrentExecutions(false).get(20, TimeUnit.SECONDS)) {
                if (step instanceof ExecutorStepExecution node) {
                    steps.add(node);
                }
            }
            return steps;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the steps of a build cannot be asked for", e);
        }
    }

    /**
     * Puts the nodes in a block into the queue that wait in vain for an item they do not have.
     *
     * @param start of the block
     * @param run its build
     */
    static void queueAgain(FlowNode start, Run<?, ?> run) throws IOException, InterruptedException {
        for (ExecutorStepExecution step : steps(start.getExecution())) {
            FlowNode node = step.getContext().get(FlowNode.class);
            if (!node.getAllEnclosingIds().contains(start.getId())
                    || node.getPersistentAction(WorkspaceAction.class) != null
                    || isQueued(node, run)) {
                continue;
            }
            LOGGER.info(() -> "A node of " + run.getFullDisplayName() + " has no item in the queue; it gets one.");
            try {
                node.removeActions(QueueItemAction.class);
                step.start();
            } catch (IOException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("a node cannot be put into the queue again", e);
            }
        }
    }

    private static boolean isQueued(FlowNode node, Run<?, ?> run) throws IOException, InterruptedException {
        List<Queue.Task> tasks = new ArrayList<>();
        Jenkins jenkins = Jenkins.get();
        for (Queue.Item item : jenkins.getQueue().getItems()) {
            tasks.add(item.task);
        }
        for (Computer computer : jenkins.getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                Queue.Executable executable = executor.getCurrentExecutable();
                if (executable != null && executable.getParent() instanceof Queue.Task task) {
                    tasks.add(task);
                }
            }
        }
        for (Queue.Task task : tasks) {
            if (task instanceof ExecutorStepExecution.PlaceholderTask placeholder
                    && placeholder.getOwnerTask() == run.getParent()
                    && placeholder.runForDisplay() == run
                    && node.equals(placeholder.getNode())) {
                return true;
            }
        }
        return false;
    }
}
