package hudson.model;

import hudson.remoting.VirtualChannel;
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
}
