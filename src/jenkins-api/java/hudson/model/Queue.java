package hudson.model;

import hudson.model.queue.QueueSorter;
import hudson.model.queue.SubTask;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

public class Queue implements Saveable {
    private Queue() {}

    public QueueSorter getSorter() {
        throw new UnsupportedOperationException();
    }

    public void setSorter(QueueSorter queueSorter) {
        throw new UnsupportedOperationException();
    }

    public Item getItem(long id) {
        throw new UnsupportedOperationException();
    }

    public Item getItem(Task t) {
        throw new UnsupportedOperationException();
    }

    public Item[] getItems() {
        throw new UnsupportedOperationException();
    }

    public Future<?> scheduleMaintenance() {
        throw new UnsupportedOperationException();
    }

    public static <V> V withLock(Callable<V> callable) throws Exception {
        throw new UnsupportedOperationException();
    }

    public interface Task extends SubTask {
    }

    public interface Executable extends Runnable {
        SubTask getParent();
    }

    public interface QueueAction extends Action {
        boolean shouldSchedule(List<Action> actions);
    }

    public abstract static class Item extends Actionable {
        private Item() {}

        public long getId() {
            throw new UnsupportedOperationException();
        }

        public long getInQueueSince() {
            throw new UnsupportedOperationException();
        }

        public final Task task = null;
    }

    public abstract static class NotWaitingItem extends Item {
        private NotWaitingItem() {}
    }

    public static final class BuildableItem extends NotWaitingItem {
        private BuildableItem() {}

        public boolean isPending() {
            throw new UnsupportedOperationException();
        }
    }

    public static final class LeftItem extends Item {
        private LeftItem() {}

        public boolean isCancelled() {
            throw new UnsupportedOperationException();
        }
    }
}
