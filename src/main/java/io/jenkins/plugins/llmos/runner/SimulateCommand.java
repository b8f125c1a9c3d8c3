package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.simulate.Estimates;
import io.jenkins.plugins.llmos.engine.simulate.Example;
import io.jenkins.plugins.llmos.engine.simulate.Result;
import io.jenkins.plugins.llmos.engine.simulate.Simulation;
import io.jenkins.plugins.llmos.engine.simulate.SimulationReport;
import io.jenkins.plugins.llmos.engine.simulate.Summary;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import io.jenkins.plugins.llmos.engine.simulate.trace.Traces;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays a trace of jobs under scheduling policies. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Replay a trace of jobs through the scheduler and compare policies.")
public final class SimulateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "The jobs: a CSV file in one of the formats openb, tiresias, philly, generic.")
    private Optional<Path> trace = Optional.empty();

    @Option(names = "--format", paramLabel = "NAME", description = "The trace's format, if its columns do not tell.")
    private Optional<String> format = Optional.empty();

    @Option(
            names = "--shares",
            description = "Jobs of openb that ask for a part of a GPU get a part; otherwise they get a whole one.")
    private boolean shares;

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description = "The machines: a CSV file in one of the formats openb, generic.")
    private Optional<Path> nodes = Optional.empty();

    @Option(
            names = "--gpus",
            paramLabel = "N",
            description = "Instead: one machine of N identical devices with enough of everything else.")
    private Optional<Integer> gpus = Optional.empty();

    @Option(names = "--example", description = "Replays the founding example instead of a trace.")
    private boolean example;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = PolicyNames.class,
            description = "Policies to compare, with commas between; by default all: ${COMPLETION-CANDIDATES}.")
    private List<String> policies = List.of();

    @Option(
            names = "--estimates",
            paramLabel = "KIND",
            defaultValue = "perfect",
            description =
                    "What the scheduler knows of run times: perfect, history, noise:0.5, known-above:1d, known-below:1d"
                            + " (default: ${DEFAULT-VALUE}).")
    private String estimates = "perfect";

    @Option(
            names = "--preemption-cost",
            paramLabel = "TIME",
            description = "What a preemption costs a job: checkpoint and restart (default: 30s).")
    private Optional<String> preemptionCost = Optional.empty();

    @Option(
            names = "--minimum-run",
            paramLabel = "TIME",
            description = "How long a job runs before it may be preempted (default: as long as a preemption costs).")
    private Optional<String> minimumRun = Optional.empty();

    @Option(names = "--quantum", paramLabel = "TIME", description = "The slice of rr (default: 10m).")
    private Optional<String> quantum = Optional.empty();

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            description = "The ageing bound: a job that waited longer goes first (default: none).")
    private Optional<String> maxWait = Optional.empty();

    @Option(
            names = "--fit",
            paramLabel = "RULE",
            defaultValue = "skip",
            description = "Whether jobs may pass one that does not fit: skip or strict (default: ${DEFAULT-VALUE}).")
    private String fit = "skip";

    @Option(
            names = "--las-thresholds",
            paramLabel = "TIMES",
            description = "Device time at which a job falls to the next queue of las, with commas between.")
    private Optional<String> lasThresholds = Optional.empty();

    @Option(
            names = "--part",
            paramLabel = "N/M",
            description = "Replays only this one of so many equal parts of the trace, by arrival (default: all of it).")
    private Optional<String> part = Optional.empty();

    @Option(names = "--report", paramLabel = "FILE", description = "Also writes an HTML page with charts.")
    private Optional<Path> report = Optional.empty();

    @Option(names = "--json", description = "Prints the figures as JSON.")
    private boolean json;

    /** The names of all policies, for help and completion. */
    static final class PolicyNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Policies.names().iterator();
        }
    }

    /** Made by picocli. */
    public SimulateCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            report.ifPresent(HtmlPage::checkWritable);
            return example ? runExample(out) : runTrace(out);
        } catch (InvalidInputException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } finally {
            out.flush();
        }
    }

    private List<String> policies() {
        return policies.isEmpty()
                ? Policies.names()
                : policies.stream().map(String::strip).toList();
    }

    private PoolSettings settings(PoolSettings usual, String policy) {
        PoolSettings s = usual.withPolicy(policy).withFit(PoolSettings.fit(fit));
        if (preemptionCost.isPresent()) {
            Duration cost = Units.duration("--preemption-cost", preemptionCost.get());
            s = s.withPreemptionCost(cost).withMinimumRun(cost);
        }
        if (minimumRun.isPresent()) {
            s = s.withMinimumRun(Units.duration("--minimum-run", minimumRun.get()));
        }
        if (quantum.isPresent()) {
            s = s.withQuantum(Units.duration("--quantum", quantum.get()));
        }
        if (maxWait.isPresent()) {
            s = s.withMaxWait(Units.duration("--max-wait", maxWait.get()));
        }
        if (lasThresholds.isPresent()) {
            List<Duration> thresholds = new ArrayList<>();
            for (String t : lasThresholds.get().split(",", -1)) {
                thresholds.add(Units.duration("--las-thresholds", t));
            }
            s = s.withLasThresholds(thresholds);
        }
        return s;
    }

    private int runExample(PrintWriter out) {
        if (trace.isPresent() || nodes.isPresent() || gpus.isPresent()) {
            throw new InvalidInputException("--example brings its own jobs and machine. Leave --trace, --nodes and"
                    + " --gpus out, or --example.");
        }
        List<Result> results = new ArrayList<>();
        for (String policy : policies()) {
            results.add(new Simulation(
                            Example.jobs(),
                            Example.fleet(),
                            settings(Example.settings(policy), policy),
                            Estimates.parse(estimates),
                            true)
                    .run());
        }
        if (!json) {
            out.println("Five models on one machine, all present at once, run times 2, 4, 1, 3, 5 hours:");
            for (Result result : results) {
                double wait = Summary.of(result).meanWait() / 3600;
                out.printf(
                        Locale.ROOT,
                        "  %-5s runs %-32s mean wait %.1f h%n",
                        result.settings().policy(),
                        Example.order(result) + ",",
                        wait);
            }
            out.println();
        }
        show(out, results, "the founding example");
        return 0;
    }

    private int runTrace(PrintWriter out) {
        if (trace.isEmpty()) {
            throw new InvalidInputException("Say what to replay: --trace FILE, or --example.");
        }
        if (nodes.isPresent() == gpus.isPresent()) {
            throw new InvalidInputException("Say on which machines to replay: either --nodes FILE or --gpus N.");
        }
        List<PoolSettings> settings =
                policies().stream().map(p -> settings(PoolSettings.of(p), p)).toList();
        Estimates.parse(estimates);
        Fleet fleet = nodes.map(Traces::fleet).orElseGet(() -> Traces.identical(gpus.orElseThrow()));
        Traces.Trace read = Traces.jobs(trace.get(), format, shares);
        List<TraceJob> chosen = part.map(p -> Traces.part(read.jobs(), p)).orElse(read.jobs());
        List<TraceJob> jobs = gpus.isPresent() ? Traces.forIdentical(chosen) : chosen;
        if (!json) {
            out.printf(Locale.ROOT, "%,d jobs of %s (%s) on %s%n", jobs.size(), trace.get(), read.format(), fleet);
            read.leftOut().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(e -> out.printf(Locale.ROOT, "left out: %,d rows that %s%n", e.getValue(), e.getKey()));
            out.println();
            out.flush();
        }
        List<Result> results = new ArrayList<>();
        for (PoolSettings s : settings) {
            results.add(new Simulation(jobs, fleet, s, Estimates.parse(estimates), report.isPresent()).run());
        }
        show(out, results, trace.get().toString());
        return 0;
    }

    private void show(PrintWriter out, List<Result> results, String what) {
        List<Summary> summaries = results.stream().map(Summary::of).toList();
        if (json) {
            out.print(Json.pretty(summaries));
        } else {
            out.print(SimulationReport.text(summaries));
            Double coverage = summaries.get(0).coverage();
            if (coverage != null) {
                out.printf(
                        Locale.ROOT,
                        "%nUnder %s, %.1f %% of the run times lay in the interval estimated at arrival (aim: 80 %%).%n",
                        summaries.get(0).policy(),
                        coverage * 100);
            }
        }
        if (report.isPresent()) {
            write(report.get(), results, what);
            if (!json) {
                out.printf("%nReport: %s%n", report.get());
            }
        }
    }

    private void write(Path file, List<Result> results, String what) {
        PoolSettings s = results.get(0).settings();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Trace", what);
        facts.put("Fleet", results.get(0).fleet().toString());
        facts.put(
                "Jobs",
                String.format(Locale.ROOT, "%,d", results.get(0).outcomes().size()));
        facts.put("Estimates", estimates);
        facts.put("Preemption cost", Units.format(s.preemptionCost()));
        facts.put("Minimum run", Units.format(s.minimumRun()));
        facts.put("Quantum", Units.format(s.quantum()));
        facts.put("Ageing bound", s.maxWait().map(Units::format).orElse("none"));
        facts.put("Jobs that do not fit", s.fit().name().toLowerCase(Locale.ROOT));
        try {
            SimulationReport.page(facts, results).write(file);
        } catch (IOException e) {
            throw new InvalidInputException("The report cannot be written to " + file + ": " + e + ".", e);
        }
    }
}
