package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.JobHistory;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What has become of blocks: in the home those that ended, to be replayed, and the latest preemptions; in the folder of
 * each build its own. Thread-safe.
 */
public final class PastJobs {
    private static final Logger LOGGER = Logger.getLogger(PastJobs.class.getName());
    private static final String OF_BUILD = "llmos-schedules.jsonl";

    private final JobHistory history;
    private final RecentPreemptions preemptions;
    private final Map<Ended, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> preempted = new ConcurrentHashMap<>();

    /** Jobs of a pool that ended in a way. */
    public record Ended(String pool, Outcome outcome) {}

    /**
     * A run that was asked to make way.
     *
     * @param at when
     * @param pool name
     * @param job full name of its job
     * @param run externalizable id of its build
     * @param build what people call the build
     * @param favouredJob full name of the job that it made way for
     * @param favouredRun externalizable id of that one's build
     * @param favoured what people call that build
     * @param machine where it ran
     */
    public record Preemption(
            Instant at,
            String pool,
            String job,
            String run,
            String build,
            String favouredJob,
            String favouredRun,
            String favoured,
            String machine) {}

    /** @param folder of LLMOS in Jenkins' home */
    PastJobs(Path folder) {
        history = new JobHistory(folder.resolve("jobs.jsonl"));
        preemptions = new RecentPreemptions(folder.resolve("preemptions.json"));
    }

    void preempted(Block block, Block other) {
        Allocation held = block.allocation;
        Preemption preemption = new Preemption(
                Instant.now(),
                block.pool(),
                block.job(),
                block.owner,
                block.build(),
                other.job(),
                other.run(),
                other.build(),
                held == null ? "" : held.machine());
        preempted.computeIfAbsent(block.pool(), p -> new LongAdder()).increment();
        preemptions.add(preemption);
        Computer.threadPoolForRemoting.execute(preemptions::save);
    }

    /** The latest first. */
    List<Preemption> preemptions() {
        return preemptions.list();
    }

    /** How many jobs ended since Jenkins started. */
    Map<Ended, Long> counts() {
        Map<Ended, Long> sums = new HashMap<>();
        counts.forEach((ended, count) -> sums.put(ended, count.sum()));
        return sums;
    }

    /** How many runs of each pool were asked to make way since Jenkins started. */
    Map<String, Long> preempted() {
        Map<String, Long> sums = new HashMap<>();
        preempted.forEach((pool, count) -> sums.put(pool, count.sum()));
        return sums;
    }

    void ended(Block block, Outcome outcome) {
        if (block.arrived == null) {
            return;
        }
        counts.computeIfAbsent(new Ended(block.pool(), outcome), e -> new LongAdder())
                .increment();
        JobRecord job = block.record(outcome);
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                history.add(job);
                Run<?, ?> run = Run.fromExternalizableId(block.owner);
                if (run != null && Files.isDirectory(run.getRootDir().toPath())) {
                    JobHistory.append(file(run), job);
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "What became of " + block + " cannot be written");
            }
        });
    }

    private static Path file(Run<?, ?> run) {
        return run.getRootDir().toPath().resolve(OF_BUILD);
    }

    /** Whether a build ever asked for devices. */
    public static boolean concern(Run<?, ?> run) {
        return Files.exists(file(run)) || Allocations.get().concerns(run.getExternalizableId());
    }

    /**
     * What a build asked for and held, in order of arrival; of blocks that have not ended what is known so far.
     *
     * @throws IOException if it cannot be read
     */
    public static List<JobRecord> of(Run<?, ?> run) throws IOException {
        List<JobRecord> jobs = new ArrayList<>(JobHistory.read(file(run)));
        String id = run.getExternalizableId();
        for (Block block : Allocations.get().blocks()) {
            if (block.owner.equals(id) && block.arrived != null) {
                jobs.add(block.record(null));
            }
        }
        jobs.sort(Comparator.comparing(JobRecord::arrival));
        return Collections.unmodifiableList(jobs);
    }

    /**
     * The jobs of all builds that came at or after an instant and have ended.
     *
     * @throws IOException if they cannot be read
     */
    public List<JobRecord> since(Instant from) throws IOException {
        return history.since(from);
    }
}
