package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.Timeline;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.TrainingCurves;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.runner.pipeline.PipelineRun;
import io.jenkins.plugins.llmos.runner.pipeline.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page at the end of a run: its results, the curves of its trainings, and who held which device. */
final class RunReport {
    private final PipelineRun run;
    private final PipelineRun.Outcome outcome;

    RunReport(PipelineRun run, PipelineRun.Outcome outcome) {
        this.run = run;
        this.outcome = outcome;
    }

    /** Writes the page and returns where it is. */
    Path write() throws IOException {
        RunSummary summary = new RunSummary(run, outcome);
        HtmlPage page =
                new HtmlPage(run.folder().job() + ", run " + run.folder().number());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Result", outcome.result().toString());
        facts.put("Started", run.started().toString());
        facts.put("Folder", run.folder().path().toString());
        page.facts(facts);
        if (!outcome.trainings().isEmpty()) {
            page.heading("Trainings");
            HtmlTable table = new HtmlTable("Results of the trainings", RunSummary.trainingColumns());
            summary.trainingRows().forEach(table::row);
            page.table(table);
        }
        Map<String, List<TrainingEvent>> events = new LinkedHashMap<>();
        for (Training t : outcome.trainings()) {
            String name = t.name();
            for (int n = 2; events.containsKey(name); n++) {
                name = t.name() + " (" + n + ")";
            }
            events.put(name, TrainingCurves.read(new ControlFolder(t.control())));
        }
        TrainingCurves.of(events).forEach(page::figure);
        if (!outcome.timeline().isEmpty()) {
            page.heading("Devices");
            page.figure(timeline());
        }
        if (!outcome.jobs().isEmpty()) {
            HtmlTable table = new HtmlTable("What each job waited and held", RunSummary.jobColumns());
            summary.jobRows().forEach(table::row);
            page.table(table);
        }
        Path file = run.folder().report();
        page.write(file);
        return file;
    }

    private Timeline timeline() {
        Instant origin = outcome.timeline().stream()
                .map(TimelineEntry::start)
                .min(Instant::compareTo)
                .orElseThrow();
        List<Timeline.Bar> bars = new ArrayList<>();
        for (TimelineEntry e : outcome.timeline()) {
            bars.add(new Timeline.Bar(
                    e.device() < 0 ? "no device" : "device " + e.device(),
                    e.job(),
                    seconds(origin, e.start()),
                    seconds(origin, e.end().orElseGet(Instant::now)),
                    kind(e)));
        }
        return new Timeline(
                "Who held which device",
                "One row for each device, one bar for each time that a job held it.",
                bars.stream().map(Timeline.Bar::row).distinct().sorted().toList(),
                bars);
    }

    private static double seconds(Instant origin, Instant at) {
        return Duration.between(origin, at).toNanos() / 1e9;
    }

    private static Timeline.Kind kind(TimelineEntry e) {
        return e.outcome()
                .map(o -> switch (o) {
                    case COMPLETED -> Timeline.Kind.RAN;
                    case YIELDED -> Timeline.Kind.PREEMPTED;
                    case FAILED, LOST -> Timeline.Kind.FAILED;
                })
                .orElse(Timeline.Kind.RUNNING);
    }
}
