package io.jenkins.plugins.llmos.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Trainings in the tests of a real Jenkins. */
final class Trainers {
    private static final Path DIGITS = Path.of("resources", "digits").toAbsolutePath();

    /** The digits as arguments. */
    static final String DATA =
            "data: '" + DIGITS + "/digits-images-idx3-ubyte.gz', labels: '" + DIGITS + "/digits-labels-idx1-ubyte.gz'";

    private Trainers() {}

    /** The trainers whose control folder is that of a job. */
    static List<ProcessHandle> of(String job) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .commandLine()
                        .filter(c -> c.contains("TrainerMain") && c.contains("/" + job + "@tmp/"))
                        .isPresent())
                .toList();
    }

    /** Control folders and entries of trainers that are on an agent. */
    static List<Path> remains(Path agent) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(agent)) {
            files.filter(f -> f.endsWith("spec.json") || f.getParent().endsWith("caches/llmos/trainers"))
                    .forEach(found::add);
        }
        return found;
    }

    /** A job's log where an exception cannot be thrown. */
    static String quietly(JenkinsServer jenkins, String job) {
        try {
            return jenkins.log(job);
        } catch (Exception e) {
            return e.toString();
        }
    }
}
