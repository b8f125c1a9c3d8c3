package hudson.remoting;

import java.io.IOException;

public class Channel implements VirtualChannel {
    private Channel() {}

    public static Channel current() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <V, T extends Throwable> V call(Callable<V, T> callable) throws IOException, T, InterruptedException {
        throw new UnsupportedOperationException();
    }
}
