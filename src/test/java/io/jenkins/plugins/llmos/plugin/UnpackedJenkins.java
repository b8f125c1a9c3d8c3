package io.jenkins.plugins.llmos.plugin;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Jenkins and its plugins as it has unpacked them when it first started, which is a third of such a start. They are kept in
 * {@code target} for the next home, which is then as after a start of its own: all that is unpacked has the time of its
 * archive.
 */
final class UnpackedJenkins {
    private static final String WAR = "war";
    private static final String PLUGINS = "plugins";

    private final List<Path> plugins;
    private final Path kept;

    UnpackedJenkins(JenkinsFiles files) throws IOException {
        plugins = files.plugins();
        List<Path> archives = new ArrayList<>(plugins);
        archives.add(files.war());
        long key = 0;
        for (Path archive : archives) {
            key += Objects.hash(archive, Files.size(archive), Files.getLastModifiedTime(archive));
        }
        kept = Path.of("target", "jenkins", "unpacked-" + Long.toHexString(key)).toAbsolutePath();
    }

    /** Puts the plugins into a new home, and all that was kept. */
    void putInto(Path home) throws IOException {
        if (Files.isDirectory(kept)) {
            link(kept, home);
            return;
        }
        Path folder = Files.createDirectories(home.resolve(PLUGINS));
        for (Path plugin : plugins) {
            Files.copy(plugin, folder.resolve(name(plugin) + ".jpi"), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Keeps what is unpacked in the home of a Jenkins that has started. */
    void keep(Path home) throws IOException {
        if (Files.isDirectory(kept)) {
            return;
        }
        Path made = Files.createTempDirectory(Files.createDirectories(kept.getParent()), "unpacked");
        link(home.resolve(WAR), made.resolve(WAR));
        Path folder = Files.createDirectories(made.resolve(PLUGINS));
        for (Path plugin : plugins) {
            String name = name(plugin);
            linkFile(home.resolve(PLUGINS).resolve(name + ".jpi"), folder.resolve(name + ".jpi"));
            link(home.resolve(PLUGINS).resolve(name), folder.resolve(name));
        }
        try {
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException otherWasFaster) {
            JenkinsServer.delete(made);
        }
    }

    private static String name(Path plugin) {
        return plugin.getFileName().toString().replaceFirst("\\.[hj]pi$", "");
    }

    private static void link(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            Path there = to.resolve(from.relativize(file));
            if (Files.isDirectory(file)) {
                Files.createDirectories(there);
            } else {
                linkFile(file, there);
            }
        }
    }

    private static void linkFile(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileSystemException | UnsupportedOperationException otherDevice) {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
