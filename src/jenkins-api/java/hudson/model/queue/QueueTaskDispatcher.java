package hudson.model.queue;

import hudson.ExtensionPoint;
import hudson.model.Node;
import hudson.model.Queue;

public abstract class QueueTaskDispatcher implements ExtensionPoint {
    public QueueTaskDispatcher() {
        throw new UnsupportedOperationException();
    }

    public CauseOfBlockage canTake(Node node, Queue.BuildableItem queue$BuildableItem) {
        throw new UnsupportedOperationException();
    }

    public CauseOfBlockage canRun(Queue.Item queue$Item) {
        throw new UnsupportedOperationException();
    }
}
