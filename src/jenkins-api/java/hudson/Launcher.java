package hudson;

import java.io.IOException;
import java.util.Map;

public abstract class Launcher {
    private Launcher() {}

    public abstract void kill(Map<String, String> modelEnvVars) throws IOException, InterruptedException;
}
