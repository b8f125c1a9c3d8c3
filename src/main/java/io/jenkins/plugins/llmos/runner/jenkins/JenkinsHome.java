package io.jenkins.plugins.llmos.runner.jenkins;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A home for a Jenkins: its plugins, and a script that Jenkins runs whenever it starts. Jobs and builds in it stay.
 *
 * @param path the folder
 */
public record JenkinsHome(Path path) {
    private static final String MARK = ".llmos-jenkins";
    private static final String SCRIPT = "llmos.groovy";

    /**
     * Makes the home, or renews the plugins of an earlier one.
     *
     * @param plugins files of plugins
     * @param own file of this plugin
     * @throws InvalidInputException if the folder is something else
     * @throws IOException if it cannot be written
     */
    public void prepare(List<Path> plugins, Path own) throws IOException {
        if (Files.exists(path) && !Files.exists(path.resolve(MARK)) && !isEmptyFolder()) {
            throw new InvalidInputException(
                    path + " exists and is no home that 'llmos jenkins' made, so it is left alone."
                            + " Name another folder with --home.");
        }
        Files.createDirectories(path);
        Files.writeString(path.resolve(MARK), "Made by 'llmos jenkins'. Remove the folder when it is not needed.\n");
        Path installed = Files.createDirectories(path.resolve("plugins"));
        for (Path plugin : plugins) {
            String name = plugin.getFileName().toString().replaceFirst("\\.hpi$", ".jpi");
            Files.copy(plugin, installed.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.copy(own, installed.resolve("llmos.jpi"), StandardCopyOption.REPLACE_EXISTING);
        Path scripts = Files.createDirectories(path.resolve("init.groovy.d"));
        try (InputStream script = JenkinsHome.class.getResourceAsStream(SCRIPT)) {
            Files.copy(script, scripts.resolve(SCRIPT), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private boolean isEmptyFolder() throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }
}
