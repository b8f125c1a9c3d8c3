package hudson.model.queue;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Queue;
import java.util.List;

public abstract class QueueSorter implements ExtensionPoint {
    public QueueSorter() {
        throw new UnsupportedOperationException();
    }

    public abstract void sortBuildableItems(List<Queue.BuildableItem> list);

    public static ExtensionList<QueueSorter> all() {
        throw new UnsupportedOperationException();
    }

    public static void installDefaultQueueSorter() {
        throw new UnsupportedOperationException();
    }
}
