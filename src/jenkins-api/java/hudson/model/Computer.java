package hudson.model;

import hudson.remoting.VirtualChannel;
import java.util.List;
import java.util.concurrent.ExecutorService;

public abstract class Computer extends Actionable {
    public static final ExecutorService threadPoolForRemoting = null;

    private Computer() {}

    public String getName() {
        throw new UnsupportedOperationException();
    }

    public abstract VirtualChannel getChannel();

    public int getNumExecutors() {
        throw new UnsupportedOperationException();
    }

    public Node getNode() {
        throw new UnsupportedOperationException();
    }

    public boolean isOffline() {
        throw new UnsupportedOperationException();
    }

    public int countIdle() {
        throw new UnsupportedOperationException();
    }

    public List<Executor> getExecutors() {
        throw new UnsupportedOperationException();
    }

    public boolean isAcceptingTasks() {
        throw new UnsupportedOperationException();
    }

    public String getUrl() {
        throw new UnsupportedOperationException();
    }

    public String getDisplayName() {
        throw new UnsupportedOperationException();
    }
}
