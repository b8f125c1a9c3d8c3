package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark;
import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark.Model;
import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark.Times;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos bench privacy}: the price of a private training step beside an ordinary one. */
@Command(
        name = "privacy",
        mixinStandardHelpOptions = true,
        description = {
            "Time a private training step, sampling and noise included, beside an ordinary one written by hand with DJL.",
            "Same network, batch size and optimiser (Adam). The two take turns in a process with a trainer's settings,"
                    + " after a few hundred steps that do not count; peak memory is the median of three processes more for"
                    + " each kind of step."
        })
final class BenchPrivacyCommand implements Callable<Integer> {
    /** A network, its batch, and how many steps of it are a few seconds' work. */
    private record Row(Model model, int batch, int steps) {}

    private static final List<Row> ROWS = List.of(
            new Row(Model.MLP, 256, 600),
            new Row(Model.MLP, 1024, 400),
            new Row(Model.MLP, 4096, 200),
            new Row(Model.CNN, 256, 96),
            new Row(Model.TRANSFORMER, 16, 24));

    /** Whose memory is measured, for each kind of step. */
    private static final int PROCESSES = 3;

    @Option(names = "--model", description = "Measure this one alone: ${COMPLETION-CANDIDATES} (default: all).")
    private Model only;

    @Option(names = "--batch", defaultValue = "0", description = "Rows of a step, with --model.")
    private int batch;

    @Option(names = "--steps", defaultValue = "0", description = "Steps of each kind (default: a few seconds' work).")
    private int steps;

    @Option(
            names = "--part",
            hidden = true,
            description = "times: prints them; private or plain: takes such steps, prints the peak memory.")
    private String part;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (batch < 0 || batch > 4096 || steps < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--batch must be from 1 to 4096 and --steps from 1 up, where they are given.");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Row> rows = ROWS.stream()
                .filter(r -> only == null || r.model == only)
                .map(r -> new Row(r.model, batch > 0 ? batch : r.batch, steps > 0 ? steps : r.steps))
                .distinct()
                .toList();
        if (part != null) {
            measure(rows.get(0), out);
            return 0;
        }
        out.printf(
                Locale.ROOT,
                "%d processors, Adam, medians in ms, in turns; ε 3, δ 1e-5, 60,000 rows%n"
                        + "%-12s %6s %10s %10s %7s %8s %14s %10s %10s %7s%n",
                Runtime.getRuntime().availableProcessors(),
                "network",
                "batch",
                "plain",
                "private",
                "ratio",
                "of sums",
                "one by one",
                "memory",
                "private",
                "ratio");
        out.flush();
        for (Row row : rows) {
            String[] times = inAProcess(row, row.steps, "times").split(" ", 5);
            out.printf(
                    Locale.ROOT,
                    "%-12s %6d %10.2f %10.2f %7.3f %8.3f %14.0f",
                    row.model.name().toLowerCase(Locale.ROOT),
                    row.batch,
                    Double.parseDouble(times[0]),
                    Double.parseDouble(times[1]),
                    Double.parseDouble(times[2]),
                    Double.parseDouble(times[3]),
                    Double.parseDouble(times[4]));
            out.flush();
            int few = Math.max(3, Math.min(10, row.steps / 4));
            long plain = memory(row, few, "plain");
            long privately = memory(row, few, "private");
            out.printf(
                    Locale.ROOT,
                    " %10s %10s %7.3f%n",
                    Units.formatBytes(plain),
                    Units.formatBytes(privately),
                    (double) privately / plain);
            out.flush();
        }
        return 0;
    }

    /** Peak memory in bytes, the median of a few processes', since a private step's rows are drawn anew in each. */
    private static long memory(Row row, int steps, String part) throws IOException, InterruptedException {
        long[] peaks = new long[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            peaks[i] = Long.parseLong(inAProcess(row, steps, part));
        }
        Arrays.sort(peaks);
        return peaks[PROCESSES / 2];
    }

    private void measure(Row row, PrintWriter out) {
        try (PrivacyBenchmark benchmark = new PrivacyBenchmark(row.model, row.batch)) {
            if (part.equals("times")) {
                Times t = benchmark.compare(row.steps);
                out.println(
                        t.plain() + " " + t.privately() + " " + t.ratio() + " " + t.ratioOfSums() + " " + t.oneByOne());
            } else {
                benchmark.take(row.steps, part.equals("private"));
                out.println(ProcessMemory.peak());
            }
        }
        out.flush();
    }

    /** What a process with a trainer's settings says last. */
    private static String inAProcess(Row row, int steps, String part) throws IOException, InterruptedException {
        String text = MeasuredProcess.output(List.of(
                "bench",
                "privacy",
                "--model",
                row.model.name(),
                "--batch",
                Integer.toString(row.batch),
                "--steps",
                Integer.toString(steps),
                "--part",
                part));
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
