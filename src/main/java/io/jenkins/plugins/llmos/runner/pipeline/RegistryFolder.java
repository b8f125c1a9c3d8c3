package io.jenkins.plugins.llmos.runner.pipeline;

import java.nio.file.Path;

/** Where the registry of models is unless a command says: one for all of a user's workspaces. */
public final class RegistryFolder {
    private RegistryFolder() {}

    /** {@code LLMOS_REGISTRY}, else {@code llmos/registry} in the user's data folder. */
    public static Path standard() {
        return DataFolder.of(System.getenv(), "LLMOS_REGISTRY", "registry");
    }
}
