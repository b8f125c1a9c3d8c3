package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates from jobs that have ended: for each age, how likely a job of that age is to end soon. What is known of like
 * jobs refines what is known of less like ones, from all jobs of the pool down to runs of the same job with the same
 * parameters: at each level the hazard is the level's own, drawn towards the level above as if that were a few more jobs
 * (empirical Bayes). Below all stands a prior under which a job twice as old has twice as long to go.
 *
 * <p>The value to schedule by is the Gittins index of the distribution of the work left, given the work done: the least,
 * over all times one might try, of expected effort over probability of success (J. C. Gittins, Multi-armed bandit
 * allocation indices, 1989, chapter 3). The interval is calibrated as jobs end, by adaptive conformal inference (I. Gibbs
 * and E. Candès, NeurIPS 2021, section 2). A user's own estimate is taken at its word until the job has a history, and
 * then counts like a few earlier runs that took so long.
 */
public final class HistoryEstimator implements DurationEstimator {
    private static final double MEMORY = 200;
    private static final double STRENGTH = 4;
    private static final double USER_RUNS = 3;
    /** Under the prior an eighth of those that reach a bucket end in it. */
    private static final double PRIOR_HAZARD = 0.12;

    private static final double MISS = 0.1;
    private static final double RATE = 0.01;
    private static final int LIMIT = 20_000;

    private record Key(int level, String job, String owner, Demand demand, Map<String, String> parameters) {}

    private final Map<Key, HazardTable> tables = new HashMap<>();
    private double lowMiss = MISS;
    private double highMiss = MISS;
    private long completions;

    @Override
    public Estimate estimate(JobFeatures job, Duration attained) {
        double done = Ticks.seconds(Ticks.of(attained));
        if (source(job) == Estimate.Source.USER) {
            return said(job.userEstimate().orElseThrow(), attained);
        }
        double[] hazard = hazard(job);
        Estimate.Source source = source(job);
        int first = HazardTable.bucket(done);
        double from = first == 0 ? 0 : HazardTable.end(first - 1);
        double alive = 1;
        double effort = 0;
        double best = Double.MAX_VALUE;
        double median = -1;
        double low = -1;
        double high = -1;
        double start = done;
        for (int b = first; b < HazardTable.BUCKETS; b++) {
            double end = Math.max(HazardTable.end(b), start);
            double width = b == 0 ? 1 : HazardTable.end(b) - from;
            // of the first bucket only what is left of it
            double h = b == first ? 1 - Math.pow(1 - hazard[b], Math.min(1, (end - start) / width)) : hazard[b];
            effort += alive * (end - start) * (1 - h / 2);
            double next = alive * (1 - h);
            if (next < 1) {
                best = Math.min(best, effort / (1 - next));
            }
            low = low < 0 && next <= 1 - lowMiss ? cross(start, end, alive, next, 1 - lowMiss) - done : low;
            median = median < 0 && next <= 0.5 ? cross(start, end, alive, next, 0.5) - done : median;
            high = high < 0 && next <= highMiss ? cross(start, end, alive, next, highMiss) - done : high;
            alive = next;
            start = end;
        }
        double most = HazardTable.end(HazardTable.BUCKETS - 1);
        return new Estimate(
                duration(Math.min(best, most)),
                duration(median < 0 ? most : median),
                duration(low < 0 ? most : low),
                duration(high < 0 ? most : high),
                source);
    }

    /** The user's word alone; one that has been outrun is doubled until it is longer than the work done. */
    private static Estimate said(Duration estimate, Duration attained) {
        double total = Math.max(1e-3, Ticks.seconds(Ticks.of(estimate)));
        double done = Ticks.seconds(Ticks.of(attained));
        while (total <= done) {
            total *= 2;
        }
        Duration left = duration(total - done);
        return new Estimate(left, left, left.dividedBy(3), left.multipliedBy(3), Estimate.Source.USER);
    }

    /** Where the curve of those still alive, straight between two points, crosses a level. */
    private static double cross(double start, double end, double alive, double next, double level) {
        return alive - next < 1e-12 ? end : start + (end - start) * Math.min(1, (alive - level) / (alive - next));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.max(1, Ticks.ofSeconds(seconds)));
    }

    @Override
    public void completed(JobFeatures job, Duration work) {
        if (completions > 0) {
            Estimate before = estimate(job, Duration.ZERO);
            lowMiss = adapt(lowMiss, work.compareTo(before.low()) < 0);
            highMiss = adapt(highMiss, work.compareTo(before.high()) > 0);
        }
        completions++;
        double seconds = Ticks.seconds(Ticks.of(work));
        if (tables.size() > LIMIT) {
            tables.keySet().removeIf(k -> k.level > 1);
        }
        for (Key key : levels(job)) {
            tables.computeIfAbsent(key, k -> new HazardTable(MEMORY)).add(seconds, 1);
        }
    }

    private static double adapt(double level, boolean missed) {
        return Math.min(0.45, Math.max(0.001, level + RATE * (MISS - (missed ? 1 : 0))));
    }

    private double[] hazard(JobFeatures job) {
        double[] hazard = new double[HazardTable.BUCKETS];
        Arrays.fill(hazard, PRIOR_HAZARD);
        for (Key key : levels(job)) {
            HazardTable table = tables.get(key);
            if (table != null) {
                refine(hazard, table, STRENGTH);
            }
        }
        if (job.userEstimate().isPresent()) {
            HazardTable said = new HazardTable(MEMORY);
            said.add(Ticks.seconds(Ticks.of(job.userEstimate().get())), USER_RUNS);
            refine(hazard, said, 1);
        }
        return hazard;
    }

    private static void refine(double[] hazard, HazardTable table, double strength) {
        for (int b = 0; b < hazard.length; b++) {
            hazard[b] = (table.ended(b) + strength * hazard[b]) / (table.reached(b) + strength);
        }
    }

    /** The kinds a job belongs to, the widest first. */
    private static List<Key> levels(JobFeatures job) {
        Demand asked = job.demand();
        Demand devices = new Demand(asked.gpus(), 0, List.of(), asked.shareMilli(), 0, 0, 0);
        List<Key> keys = new ArrayList<>(6);
        keys.add(new Key(0, "", "", null, Map.of()));
        keys.add(new Key(1, "", "", devices, Map.of()));
        if (!job.owner().isEmpty()) {
            keys.add(new Key(2, "", job.owner(), null, Map.of()));
        }
        if (!job.job().isEmpty()) {
            keys.add(new Key(3, job.job(), job.owner(), devices, Map.of()));
            if (!asked.equals(devices)) {
                keys.add(new Key(4, job.job(), job.owner(), asked, Map.of()));
            }
            if (!job.parameters().isEmpty()) {
                keys.add(new Key(5, job.job(), job.owner(), asked, job.parameters()));
            }
        }
        return keys;
    }

    private Estimate.Source source(JobFeatures job) {
        if (!job.job().isEmpty()
                && tables.containsKey(levels(job).get(levels(job).size() - 1))) {
            return Estimate.Source.HISTORY;
        }
        if (job.userEstimate().isPresent()) {
            return Estimate.Source.USER;
        }
        boolean similar = levels(job).stream().skip(1).anyMatch(tables::containsKey);
        return similar ? Estimate.Source.SIMILAR : completions > 0 ? Estimate.Source.POOL : Estimate.Source.NONE;
    }
}
