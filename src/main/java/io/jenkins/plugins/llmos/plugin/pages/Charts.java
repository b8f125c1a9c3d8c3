package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.report.Timeline;
import io.jenkins.plugins.llmos.engine.schedule.ForecastRun;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The charts that pages show of runs. */
final class Charts {
    /** A chart with more rows than this is too tall to be of use. */
    private static final int ROWS = 40;

    private Charts() {}

    /** Who holds which device of a pool, and who will; null if there is nothing to show. */
    static Timeline queue(String pool, Instant now) {
        Seen seen = new Seen();
        Map<String, Overview.Job> jobs = new HashMap<>();
        for (Overview.Job job : Overview.jobs()) {
            if (job.pool().equals(pool)) {
                jobs.put(job.key(), job);
            }
        }
        List<ForecastRun> runs = Overview.forecast(pool);
        boolean predicted = !runs.isEmpty();
        if (!predicted) {
            runs = jobs.values().stream()
                    .flatMap(j -> j.held().stream())
                    .map(a -> new ForecastRun(a.key(), a.machine(), a.indexes(), a.since(), now))
                    .toList();
        }
        Map<String, Boolean> rows = new HashMap<>();
        List<Timeline.Bar> bars = new ArrayList<>();
        for (ForecastRun run : runs) {
            Overview.Job job = jobs.get(run.key());
            if (job == null) {
                continue;
            }
            String build = seen.build(job.job(), job.build());
            Timeline.Kind kind =
                    run.start().isAfter(now) || job.held().isEmpty() ? Timeline.Kind.PREDICTED : Timeline.Kind.RUNNING;
            for (int device : run.devices().isEmpty() ? List.of(-1) : run.devices()) {
                String row = row(run.machine(), device);
                if (rows.size() < ROWS || rows.containsKey(row)) {
                    rows.put(row, true);
                    double start = seconds(now, run.start());
                    bars.add(new Timeline.Bar(
                            row,
                            build == null ? Texts.of("hidden") : build,
                            start,
                            Math.max(start, seconds(now, run.end())),
                            kind));
                }
            }
        }
        if (bars.isEmpty()) {
            return null;
        }
        return new Timeline(
                Texts.of("queue.title", pool),
                Texts.of(predicted ? "queue.description" : "queue.unpredicted"),
                Texts.of("queue.axis"),
                rows.keySet().stream().sorted().toList(),
                bars);
    }

    /** The runs of a build's blocks; null if there are none. */
    static Timeline attempts(List<JobRecord> jobs, Instant now) {
        List<Timeline.Bar> bars = new ArrayList<>();
        Instant origin =
                jobs.stream().map(JobRecord::arrival).min(Instant::compareTo).orElse(now);
        int number = 0;
        for (JobRecord job : jobs) {
            number++;
            int attempt = 0;
            for (JobRecord.Run run : job.runs()) {
                attempt++;
                for (int device : run.devices().isEmpty() ? List.of(-1) : run.devices()) {
                    double start = seconds(origin, run.start());
                    bars.add(new Timeline.Bar(
                            row(run.machine(), device),
                            Texts.of("attempts.label", number, attempt),
                            start,
                            Math.max(start, seconds(origin, run.end() == null ? now : run.end())),
                            kind(run.outcome())));
                }
            }
        }
        return bars.isEmpty()
                ? null
                : new Timeline(
                        Texts.of("attempts.title"),
                        Texts.of("attempts.description"),
                        Texts.of("attempts.axis"),
                        List.of(),
                        bars);
    }

    private static Timeline.Kind kind(TimelineEntry.Outcome outcome) {
        if (outcome == null) {
            return Timeline.Kind.RUNNING;
        }
        return switch (outcome) {
            case COMPLETED -> Timeline.Kind.RAN;
            case YIELDED -> Timeline.Kind.PREEMPTED;
            case FAILED, LOST -> Timeline.Kind.FAILED;
        };
    }

    private static String row(String machine, int device) {
        String shown = EngineTexts.place(machine);
        return device < 0 ? shown : Texts.of("device.of", shown, String.valueOf(device));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
