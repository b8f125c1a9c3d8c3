package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The latest runs that were asked to make way, in a file of the home, so that a restart does not forget them. Thread-safe. */
final class RecentPreemptions {
    private static final Logger LOGGER = Logger.getLogger(RecentPreemptions.class.getName());
    private static final int MOST = 100;

    private final Path file;
    private final Deque<PastJobs.Preemption> latest = new ArrayDeque<>();

    private record Content(List<PastJobs.Preemption> preemptions) {
        private Content {
            preemptions = List.copyOf(preemptions);
            for (PastJobs.Preemption p : preemptions) {
                // what a page shows of each
                List.of(p.at(), p.pool(), p.job(), p.run(), p.favouredJob(), p.favouredRun());
            }
        }
    }

    /** @param file need not exist, nor its folder; one that cannot be read is set aside */
    RecentPreemptions(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try {
                latest.addAll(Json.read("The record of preemptions", file, Content.class)
                        .preemptions());
            } catch (InvalidInputException e) {
                LOGGER.warning(() -> e.getMessage() + " It is set aside, and the record begins anew.");
                setAside();
            }
        }
    }

    private void setAside() {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> file + " cannot be set aside");
        }
    }

    synchronized void add(PastJobs.Preemption preemption) {
        latest.addFirst(preemption);
        if (latest.size() > MOST) {
            latest.removeLast();
        }
    }

    /** The latest first. */
    synchronized List<PastJobs.Preemption> list() {
        return List.copyOf(latest);
    }

    /** Writes them; waits for the disk. */
    synchronized void save() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, Json.line(new Content(List.copyOf(latest))));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The latest preemptions cannot be written");
        }
    }
}
