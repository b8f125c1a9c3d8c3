package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.BarChart;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.TextTable;
import io.jenkins.plugins.llmos.engine.report.Timeline;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows replays: as a table for people, and as a page with distributions and who held which device when. */
public final class SimulationReport {
    private static final int DEVICES = 64;
    private static final List<String> COLUMNS = List.of(
            "policy",
            "meanJct",
            "median",
            "p95",
            "p99",
            "meanWait",
            "meanSlowdown",
            "p99Slowdown",
            "utilisation",
            "makespan",
            "preemptions",
            "fairness",
            "estimateError");

    private SimulationReport() {}

    private static List<String> cells(Summary s) {
        return List.of(
                s.policy(),
                seconds(s.meanJct()),
                seconds(s.medianJct()),
                seconds(s.p95Jct()),
                seconds(s.p99Jct()),
                seconds(s.meanWait()),
                number("%,.2f", s.meanSlowdown()),
                number("%,.1f", s.p99Slowdown()),
                number("%.1f %%", s.utilisation() * 100),
                seconds(s.makespan()),
                String.format(Locale.ROOT, "%,d", s.preemptions()),
                number("%.3f", s.fairness()),
                number("%,.2f", s.estimateError()));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%,.1f s", value);
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }

    /** A table for a terminal, one line for each replay. */
    public static String text(List<Summary> summaries) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns(Words.ENGLISH));
        summaries.forEach(s -> rows.add(cells(s)));
        return TextTable.numbers(rows);
    }

    private static List<String> columns(Words words) {
        return COLUMNS.stream().map(c -> words.text("sim." + c)).toList();
    }

    /** A table for a page, one row for each replay. */
    public static HtmlTable table(List<Summary> summaries, Words words) {
        HtmlTable table = new HtmlTable(words.text("sim.fared"), columns(words));
        summaries.forEach(s -> table.row(cells(s)));
        return table;
    }

    /** Mean completion times, and how completion times and slowdowns are distributed. */
    public static List<Figure> figures(List<Result> results, Words words) {
        Map<String, double[]> jct = new LinkedHashMap<>();
        Map<String, double[]> slowdown = new LinkedHashMap<>();
        List<BarChart.Bar> means = new ArrayList<>();
        for (Result result : results) {
            Summary summary = Summary.of(result);
            jct.put(
                    summary.policy(),
                    result.outcomes().stream()
                            .mapToDouble(o -> Ticks.seconds(o.jct()))
                            .toArray());
            slowdown.put(
                    summary.policy(),
                    result.outcomes().stream().mapToDouble(Outcome::slowdown).toArray());
            means.add(new BarChart.Bar(summary.policy(), summary.meanJct()));
        }
        return List.of(
                new BarChart(
                        words.text("sim.meanTitle"),
                        words.text("sim.meanDescription"),
                        words.text("sim.meanJct"),
                        Quantity.SECONDS,
                        means),
                LineChart.cumulative(
                        words.text("sim.jctTitle"),
                        words.text("sim.jctDescription"),
                        Axis.of(words.text("sim.jctAxis"), Quantity.SECONDS).log(),
                        jct,
                        words),
                LineChart.cumulative(
                        words.text("sim.slowTitle"),
                        words.text("sim.slowDescription"),
                        Axis.of(words.text("sim.slowAxis")).log(),
                        slowdown,
                        words));
    }

    /** A page on replays of the same trace under several policies. */
    public static HtmlPage page(Map<String, String> facts, List<Result> results) {
        HtmlPage page = new HtmlPage("LLMOS simulation");
        page.facts(facts);
        page.table(table(results.stream().map(Summary::of).toList(), Words.ENGLISH));
        figures(results, Words.ENGLISH).forEach(page::figure);
        for (Result result : results) {
            if (!result.slices().isEmpty()) {
                page.figure(timeline(result));
            }
        }
        return page;
    }

    private static Timeline timeline(Result result) {
        List<Timeline.Bar> bars = new ArrayList<>();
        Map<String, Boolean> rows = new LinkedHashMap<>();
        List<Machine> machines = result.fleet().machines();
        for (Machine machine : machines) {
            machine.devices().forEach(d -> rows.putIfAbsent(row(machines, machine, d.index()), rows.size() < DEVICES));
        }
        rows.values().removeIf(shown -> !shown);
        long origin = result.slices().stream().mapToLong(Slice::start).min().orElse(0);
        for (Slice slice : result.slices()) {
            for (int device : slice.devices()) {
                String row = row(machines, machines.get(slice.machine()), device);
                if (rows.containsKey(row)) {
                    bars.add(new Timeline.Bar(
                            row,
                            result.outcomes().get(slice.job()).job().id(),
                            Ticks.seconds(slice.start() - origin),
                            Ticks.seconds(slice.end() - origin),
                            slice.yielded() ? Timeline.Kind.PREEMPTED : Timeline.Kind.RAN));
                }
            }
        }
        String all = result.fleet().deviceCount() > rows.size() ? " The first " + rows.size() + " devices only." : "";
        return new Timeline(
                "Who held which device under " + result.settings().policy(),
                "One row for each device, one bar for each run of a job." + all,
                List.copyOf(rows.keySet()),
                bars);
    }

    private static String row(List<Machine> machines, Machine machine, int device) {
        return machines.size() == 1 ? "device " + device : machine.name() + " device " + device;
    }
}
