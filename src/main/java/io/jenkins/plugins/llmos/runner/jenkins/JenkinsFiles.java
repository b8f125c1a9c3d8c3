package io.jenkins.plugins.llmos.runner.jenkins;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Jenkins and its plugins on this machine.
 *
 * @param war runnable
 * @param plugins the Pipeline plugins and what they need
 */
public record JenkinsFiles(Path war, List<Path> plugins) {
    private static final String SITE = "https://updates.jenkins.io";

    /**
     * Finds them: those that are named, else those of {@code JENKINS_WAR} and {@code JENKINS_PLUGINS}, else those in the cache
     * folder, which are downloaded if they are not there.
     *
     * @param war named by the user, or null
     * @param plugins folder named by the user, or null
     * @param environment variables of this process
     * @param out told of downloads
     * @throws InvalidInputException if what is named is not there, or cannot be downloaded
     */
    public static JenkinsFiles find(Path war, Path plugins, Map<String, String> environment, PrintStream out) {
        Path cache = cache(environment);
        Path givenWar = war != null ? war : variable(environment, "JENKINS_WAR");
        Path givenPlugins = plugins != null ? plugins : variable(environment, "JENKINS_PLUGINS");
        if (givenWar != null && !Files.isRegularFile(givenWar)) {
            throw new InvalidInputException("There is no " + givenWar
                    + ". Name a jenkins.war with --war or in JENKINS_WAR, or leave both out to have one downloaded.");
        }
        if (givenPlugins != null && !Files.isDirectory(givenPlugins)) {
            throw new InvalidInputException("There is no folder " + givenPlugins
                    + ". Name one that holds the Pipeline plugins with --plugins or in JENKINS_PLUGINS.");
        }
        Path foundWar = givenWar != null ? givenWar : cache.resolve("jenkins.war");
        Path foundPlugins = givenPlugins != null ? givenPlugins : cache.resolve("plugins");
        if (!Files.isRegularFile(foundWar) || !Files.isDirectory(foundPlugins)) {
            String site = environment.getOrDefault("JENKINS_UC", SITE);
            JenkinsDownload download = new JenkinsDownload(URI.create(site.endsWith("/") ? site : site + "/"), out);
            download.into(
                    Files.isRegularFile(foundWar) ? null : foundWar,
                    Files.isDirectory(foundPlugins) ? null : foundPlugins);
        }
        return new JenkinsFiles(foundWar, plugins(foundPlugins));
    }

    private static Path cache(Map<String, String> environment) {
        String given = environment.get("XDG_CACHE_HOME");
        Path caches =
                given == null || given.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(given);
        return caches.resolve("llmos").resolve("jenkins");
    }

    private static Path variable(Map<String, String> environment, String name) {
        String given = environment.get(name);
        return given == null || given.isEmpty() ? null : Path.of(given);
    }

    private static List<Path> plugins(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{hpi,jpi}")) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw new InvalidInputException("The folder " + folder + " cannot be read: " + e.getMessage() + ".", e);
        }
        if (found.stream().noneMatch(f -> f.getFileName().toString().startsWith("workflow-job."))) {
            throw new InvalidInputException("The folder " + folder + " lacks Jenkins' Pipeline plugins, such as"
                    + " workflow-job.jpi. Put workflow-aggregator and all that it needs there, or remove the folder and"
                    + " have them downloaded.");
        }
        return found;
    }
}
