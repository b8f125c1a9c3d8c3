package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;

/**
 * Lets nothing out of the queue while it is shut, so that there is time to ask others about what is in it. For a test
 * class to register with {@code @TestExtension}.
 */
abstract class Door extends QueueTaskDispatcher {
    volatile boolean shut;

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        return shut
                ? new CauseOfBlockage() {
                    @Override
                    public String getShortDescription() {
                        return "the door is shut";
                    }
                }
                : null;
    }
}
