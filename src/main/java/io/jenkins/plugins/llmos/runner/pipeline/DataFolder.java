package io.jenkins.plugins.llmos.runner.pipeline;

import java.nio.file.Path;
import java.util.Map;

/** Folders in the user's data folder (XDG Base Directory Specification). */
final class DataFolder {
    private DataFolder() {}

    /**
     * One of them.
     *
     * @param variable of the environment that may name another folder
     * @param name of the folder within {@code llmos}
     */
    static Path of(Map<String, String> environment, String variable, String name) {
        String own = environment.getOrDefault(variable, "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.isBlank() || !Path.of(data).isAbsolute()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(data);
        return base.resolve("llmos").resolve(name);
    }
}
