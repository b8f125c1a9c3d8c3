package io.jenkins.plugins.llmos.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A Jenkins on this machine: from {@code JENKINS_WAR} and {@code JENKINS_PLUGINS}, else from the cache folder.
 *
 * @param war runnable
 * @param plugins the Pipeline plugins and what they need
 */
record JenkinsFiles(Path war, List<Path> plugins) {
    /** The freshly built plugin. */
    static final Path HPI = Path.of("target", "llmos.hpi").toAbsolutePath();

    private static boolean told;

    /** Finds it, or skips the tests of the calling class and says so in one line. */
    static JenkinsFiles findOrSkip() throws IOException {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        Path war = file("JENKINS_WAR", Path.of(cache, "llmos", "jenkins", "jenkins.war"));
        Path folder = file("JENKINS_PLUGINS", Path.of(cache, "llmos", "jenkins", "plugins"));
        if (!Files.isRegularFile(war) || !Files.isDirectory(folder)) {
            String skipped = "Skipped, since there is no Jenkins at " + war + " with plugins in " + folder
                    + "; set JENKINS_WAR and JENKINS_PLUGINS.";
            if (!told) {
                System.out.println(skipped);
                told = true;
            }
            Assumptions.abort(skipped);
        }
        List<Path> plugins = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{hpi,jpi}")) {
            files.forEach(plugins::add);
        }
        return new JenkinsFiles(war, plugins);
    }

    private static Path file(String variable, Path otherwise) {
        String given = System.getenv(variable);
        return given == null || given.isEmpty() ? otherwise : Path.of(given);
    }
}
