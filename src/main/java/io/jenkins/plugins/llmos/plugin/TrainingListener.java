package io.jenkins.plugins.llmos.plugin;

import hudson.ExtensionPoint;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/** Told how the trainings of this Jenkins get on. Calls come from threads of a pool and must return at once. */
public interface TrainingListener extends ExtensionPoint {
    /**
     * @param step the flow node of the {@code llmosTrain} that trains, null in a build that is no Pipeline
     * @param remaining how long it thinks that it will train yet
     */
    void remaining(FlowNode step, Duration remaining);
}
