package io.jenkins.plugins.llmos.runner.pipeline;

import java.nio.file.Path;
import java.util.Map;

/** Where the privacy ledger is unless a command says: one for all of a user's workspaces, so that none is forgotten. */
public final class LedgerFolder {
    private LedgerFolder() {}

    /** {@code LLMOS_LEDGER}, else {@code llmos/privacy} in the user's data folder (XDG Base Directory Specification). */
    public static Path standard() {
        return of(System.getenv());
    }

    static Path of(Map<String, String> environment) {
        String own = environment.getOrDefault("LLMOS_LEDGER", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.isBlank() || !Path.of(data).isAbsolute()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(data);
        return base.resolve("llmos").resolve("privacy");
    }
}
