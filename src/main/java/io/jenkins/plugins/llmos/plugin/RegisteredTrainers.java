package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import jenkins.MasterToSlaveFileCallable;

/**
 * The trainers that were started on a machine and whose remains have not been removed: a file for each in
 * {@code caches/llmos/trainers} of the folder that Jenkins has there.
 */
final class RegisteredTrainers {
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(5);

    private RegisteredTrainers() {}

    /**
     * One trainer.
     *
     * @param controller that started it; several may share a machine
     * @param build for which
     * @param folder its control folder
     * @param process null until it runs
     */
    record Entry(String controller, String build, String folder, RemoteProcess process) {}

    private static Path file(File root, String id) {
        return TrainerJars.folder(root.toPath()).resolve("trainers").resolve(id + ".json");
    }

    /** To be called on the machine. */
    static void write(File root, String id, Entry entry) throws IOException {
        Path file = file(root, id);
        Files.createDirectories(file.getParent());
        Path beside = file.resolveSibling(id + ".tmp");
        Files.writeString(beside, Json.line(entry));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Lists a controller's trainers: for each its build. */
    static final class Builds extends MasterToSlaveFileCallable<Map<String, String>> {
        private static final long serialVersionUID = 1L;

        private final String controller;

        Builds(String controller) {
            this.controller = controller;
        }

        @Override
        public Map<String, String> invoke(File root, VirtualChannel channel) throws IOException {
            Map<String, String> builds = new HashMap<>();
            Path folder = file(root, "any").getParent();
            if (!Files.isDirectory(folder)) {
                return builds;
            }
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".json")).toList()) {
                    Entry entry = Json.read("The trainer's entry", file, Entry.class);
                    if (entry.controller().equals(controller)) {
                        String name = file.getFileName().toString();
                        builds.put(name.substring(0, name.length() - ".json".length()), entry.build());
                    }
                }
            }
            return builds;
        }
    }

    /** Ends trainers, all processes they have started, and removes their control folders. */
    static final class End extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> ids;

        End(List<String> ids) {
            this.ids = new ArrayList<>(ids);
        }

        @Override
        public Void invoke(File root, VirtualChannel channel) throws IOException, InterruptedException {
            for (String id : ids) {
                Path file = file(root, id);
                if (Files.exists(file)) {
                    Entry entry = Json.read("The trainer's entry", file, Entry.class);
                    if (entry.process() != null) {
                        kill(entry.process());
                    }
                    delete(Path.of(entry.folder()));
                    Files.deleteIfExists(file);
                }
            }
            return null;
        }

        private static void kill(RemoteProcess process) throws InterruptedException {
            ProcessHandle running = process.handle().orElse(null);
            if (running == null) {
                return;
            }
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
            try {
                running.onExit().get(LONGEST_DEATH.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // What can be removed while it dies is removed below all the same.
                return;
            }
        }

        private static void delete(Path folder) throws IOException {
            if (!Files.exists(folder)) {
                return;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Removes jars that no trainer of this version needs and none has needed for a while, if no trainer is registered. */
    static final class RemoveJars extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> needed;
        private final Duration unused;

        RemoveJars(List<String> needed, Duration unused) {
            this.needed = new ArrayList<>(needed);
            this.unused = unused;
        }

        @Override
        public Void invoke(File root, VirtualChannel channel) throws IOException {
            Path folder = TrainerJars.folder(root.toPath());
            Path registered = file(root, "any").getParent();
            if (!Files.isDirectory(folder) || (Files.isDirectory(registered) && !isEmpty(registered))) {
                return null;
            }
            FileTime before = FileTime.from(Instant.now().minus(unused));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!needed.contains(file.getFileName().toString())
                            && Files.getLastModifiedTime(file).compareTo(before) < 0) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            return null;
        }

        private static boolean isEmpty(Path folder) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.findAny().isEmpty();
            }
        }
    }
}
