package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.simulate.ScheduleBenchmark;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the scheduler. */
@Command(
        name = "schedule",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure how long scheduling decisions and the replay of 100,000 jobs take.")
public final class BenchScheduleCommand implements Callable<Integer> {
    private static final int[] WAITING = {1_000, 10_000, 100_000};

    @Spec
    private CommandSpec spec;

    @Option(names = "--policy", paramLabel = "NAME", split = ",", description = "Policies to measure (default: all).")
    private List<String> policies = List.of();

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "How long to time each decision, warm-up included (default: ${DEFAULT-VALUE}).")
    private String budget = "3s";

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Jobs to replay; 0 for no replay (default: ${DEFAULT-VALUE}).")
    private int jobs = 100_000;

    /** Made by picocli. */
    public BenchScheduleCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Duration time = Units.duration("--budget", budget);
            List<String> names = policies.isEmpty() ? Policies.names() : policies;
            names.forEach(Policies::check);
            if (jobs < 0 || jobs > 10_000_000) {
                throw new InvalidInputException("--jobs is " + jobs + ". It is a number from 0 to 10 million.");
            }
            decisions(out, names, time);
            for (int devices : jobs == 0 ? new int[0] : new int[] {64, 1_000}) {
                replays(out, names, devices);
            }
            return 0;
        } catch (InvalidInputException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } finally {
            out.flush();
        }
    }

    private static void decisions(PrintWriter out, List<String> names, Duration time) {
        out.println(
                "decide, 1,000 devices on 125 machines, nine tenths held; the snapshot's jobs unsorted; one thread; medians");
        out.printf(
                "%-6s %9s %12s %12s %16s %8s %8s%n",
                "policy", "waiting", "cpu ms", "passed ms", "with snapshot ms", "starts", "yields");
        for (String policy : names) {
            List<ScheduleBenchmark.Decisions> sizes = new ArrayList<>();
            for (int waiting : WAITING) {
                ScheduleBenchmark.Decisions d = ScheduleBenchmark.decisions(policy, waiting, 1_000, time);
                sizes.add(d);
                out.printf(
                        Locale.ROOT,
                        "%-6s %,9d %12.3f %12.3f %16.3f %8d %8d%n",
                        policy,
                        waiting,
                        d.medianMillis(),
                        d.wallMillis(),
                        d.withSnapshotMillis(),
                        d.starts(),
                        d.yields());
                out.flush();
            }
            double growth = sizes.get(2).medianMillis() / sizes.get(0).medianMillis();
            double bound = 100 * Math.log(100_000) / Math.log(1_000);
            out.printf(
                    Locale.ROOT,
                    "       from 1,000 to 100,000 waiting: %.1f times as long; n log n would be %.1f times%n",
                    growth,
                    bound);
        }
    }

    private void replays(PrintWriter out, List<String> names, int devices) {
        out.printf(Locale.ROOT, "%nreplay of %,d jobs on %,d devices, load 1.1, preemption cost 30 s%n", jobs, devices);
        out.printf("%-6s %10s %10s %12s %16s%n", "policy", "cpu s", "passed s", "decisions", "mean JCT s");
        for (String policy : names) {
            ScheduleBenchmark.Replay r = ScheduleBenchmark.replay(policy, jobs, devices);
            out.printf(
                    Locale.ROOT,
                    "%-6s %10.2f %10.2f %,12d %,16.1f%n",
                    policy,
                    r.cpuSeconds(),
                    r.seconds(),
                    r.decisions(),
                    r.meanJct());
            out.flush();
        }
    }
}
