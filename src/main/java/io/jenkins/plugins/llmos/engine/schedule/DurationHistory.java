package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How long the jobs of some pools took, kept in a file, from which the estimators of a host that starts again learn what
 * they had learnt. The latest jobs are kept, the older ones forgotten. Thread-safe.
 */
public final class DurationHistory {
    /** Jobs that a file keeps unless told otherwise, about a megabyte. */
    public static final int LIMIT = 5000;

    private static final String WHAT = "The history of durations";

    private final Path file;
    private final int limit;
    private final Deque<Ended> latest = new ArrayDeque<>();
    private final Object writing = new Object();
    private boolean changed;
    private boolean kept = true;

    /**
     * A job that has ended by itself.
     *
     * @param estimate what its user said, null for nothing
     * @param work as of {@link DurationEstimator#completed}
     */
    private record Ended(
            String pool,
            String job,
            String owner,
            Demand demand,
            Map<String, String> parameters,
            Duration estimate,
            Duration work) {
        private Ended {
            Objects.requireNonNull(pool);
            Objects.requireNonNull(job);
            Objects.requireNonNull(owner);
            Objects.requireNonNull(demand);
            Objects.requireNonNull(parameters);
            Objects.requireNonNull(work);
        }

        JobFeatures features() {
            return new JobFeatures(job, owner, demand, parameters, Optional.ofNullable(estimate));
        }
    }

    private record Content(List<Ended> jobs) {
        private Content {
            jobs = List.copyOf(jobs);
        }
    }

    private DurationHistory(Path file, int limit) {
        this.file = file;
        this.limit = limit;
    }

    /**
     * Reads a history. A file that cannot be read is set aside, and the history begins anew.
     *
     * @param file need not exist, nor its folder
     * @param limit most jobs to keep, above 0
     * @param warning told one sentence of what is wrong with the file
     */
    public static DurationHistory open(Path file, int limit, Consumer<String> warning) {
        DurationHistory history = new DurationHistory(file, limit);
        if (!Files.exists(file)) {
            return history;
        }
        try {
            Json.read(WHAT, file, Content.class).jobs().forEach(history::add);
            synchronized (history) {
                history.changed = false;
            }
        } catch (InvalidInputException e) {
            warning.accept(e.getMessage() + " " + history.setAside());
        }
        return history;
    }

    private synchronized String setAside() {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        for (int n = 2; Files.exists(aside); n++) {
            aside = file.resolveSibling(file.getFileName() + ".damaged-" + n);
        }
        try {
            Files.move(file, aside);
            return "It is now " + aside + ", and durations are learnt anew.";
        } catch (IOException e) {
            kept = false;
            return "Durations are learnt anew, and not kept, since it cannot be moved away: " + e.getMessage() + ".";
        }
    }

    /** An estimator that knows what is kept of a pool; what it learns is added to this. */
    public DurationEstimator estimator(String pool) {
        HistoryEstimator estimator = new HistoryEstimator();
        synchronized (this) {
            for (Ended job : latest) {
                if (job.pool.equals(pool)) {
                    estimator.completed(job.features(), job.work);
                }
            }
        }
        return new DurationEstimator() {
            @Override
            public Estimate estimate(JobFeatures job, Duration attained) {
                return estimator.estimate(job, attained);
            }

            @Override
            public void completed(JobFeatures job, Duration work) {
                estimator.completed(job, work);
                add(new Ended(
                        pool,
                        job.job(),
                        job.owner(),
                        job.demand(),
                        job.parameters(),
                        job.userEstimate().orElse(null),
                        work));
            }
        };
    }

    private synchronized void add(Ended job) {
        latest.add(job);
        if (latest.size() > limit) {
            latest.remove();
        }
        changed = true;
    }

    /**
     * Writes what has been learnt since it was last written; the file is the old or the new one at every moment.
     *
     * @throws IOException if it cannot be written; the next call tries again
     */
    public void save() throws IOException {
        synchronized (writing) {
            List<Ended> jobs;
            synchronized (this) {
                if (!changed || !kept) {
                    return;
                }
                jobs = new ArrayList<>(latest);
                changed = false;
            }
            try {
                Files.createDirectories(file.getParent());
                Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, Json.line(new Content(jobs)));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                synchronized (this) {
                    changed = true;
                }
                throw e;
            }
        }
    }
}
