package io.jenkins.plugins.llmos.runner.pipeline;

import java.nio.file.Path;

/** Where the privacy ledger is unless a command says: one for all of a user's workspaces, so that none is forgotten. */
public final class LedgerFolder {
    private LedgerFolder() {}

    /** {@code LLMOS_LEDGER}, else {@code llmos/privacy} in the user's data folder. */
    public static Path standard() {
        return DataFolder.of(System.getenv(), "LLMOS_LEDGER", "privacy");
    }
}
