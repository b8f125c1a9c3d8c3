package org.jenkinsci.plugins.workflow.support.steps;

import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Run;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.AbstractStepExecutionImpl;

public class ExecutorStepExecution extends AbstractStepExecutionImpl {
    private ExecutorStepExecution() {
        super(null);
    }

    @Override
    public boolean start() throws Exception {
        throw new UnsupportedOperationException();
    }

    public static final class PlaceholderTask implements Queue.Task {
        private PlaceholderTask() {}

        public FlowNode getNode() throws IOException, InterruptedException {
            throw new UnsupportedOperationException();
        }

        public boolean isContinued() {
            throw new UnsupportedOperationException();
        }

        public Queue.Task getOwnerTask() {
            throw new UnsupportedOperationException();
        }

        public Label getAssignedLabel() {
            throw new UnsupportedOperationException();
        }

        public String getFullDisplayName() {
            throw new UnsupportedOperationException();
        }

        public Run<?, ?> run() {
            throw new UnsupportedOperationException();
        }

        public Run<?, ?> runForDisplay() {
            throw new UnsupportedOperationException();
        }
    }
}
