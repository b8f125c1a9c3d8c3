package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark;
import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark.Model;
import io.jenkins.plugins.llmos.engine.train.PrivacyBenchmark.Times;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            "Same network, batch size and optimiser (Adam); the two take turns. Peak memory is that of two processes of"
                    + " their own, one for each kind of step."
        })
final class BenchPrivacyCommand implements Callable<Integer> {
    /** A network, its batch, and how many steps of it are a few seconds' work. */
    private record Row(Model model, int batch, int steps) {}

    private static final List<Row> ROWS = List.of(
            new Row(Model.MLP, 256, 200),
            new Row(Model.MLP, 1024, 60),
            new Row(Model.MLP, 4096, 20),
            new Row(Model.CNN, 256, 30),
            new Row(Model.TRANSFORMER, 8, 5));

    @Option(names = "--model", description = "Measure this one alone: ${COMPLETION-CANDIDATES} (default: all).")
    private Model only;

    @Option(names = "--batch", defaultValue = "0", description = "Rows of a step, with --model.")
    private int batch;

    @Option(names = "--steps", defaultValue = "0", description = "Steps of each kind (default: a few seconds' work).")
    private int steps;

    @Option(names = "--memory-of", hidden = true, description = "private or plain: takes steps, prints peak memory.")
    private String memoryOf;

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
        if (memoryOf != null) {
            try (PrivacyBenchmark benchmark = new PrivacyBenchmark(rows.get(0).model, rows.get(0).batch)) {
                benchmark.take(rows.get(0).steps, memoryOf.equals("private"));
            }
            out.println(ProcessMemory.peak());
            out.flush();
            return 0;
        }
        out.printf(
                Locale.ROOT,
                "%d processors, Adam, medians in ms, steps in turns; ε 3, δ 1e-5, 60,000 rows%n"
                        + "%-12s %6s %10s %10s %7s %14s %10s %10s %7s%n",
                Runtime.getRuntime().availableProcessors(),
                "network",
                "batch",
                "plain",
                "private",
                "ratio",
                "one by one",
                "memory",
                "private",
                "ratio");
        out.flush();
        for (Row row : rows) {
            try (PrivacyBenchmark benchmark = new PrivacyBenchmark(row.model, row.batch)) {
                Times t = benchmark.compare(row.steps);
                out.printf(
                        Locale.ROOT,
                        "%-12s %6d %10.2f %10.2f %7.3f %14.0f",
                        row.model.name().toLowerCase(Locale.ROOT),
                        row.batch,
                        t.plain(),
                        t.privately(),
                        t.privately() / t.plain(),
                        t.oneByOne());
                out.flush();
            }
            long plain = peak(row, "plain");
            long privately = peak(row, "private");
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

    /** Peak resident memory of a process that takes such steps alone. */
    private static long peak(Row row, String kind) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "bench",
                        "privacy",
                        "--model",
                        row.model.name(),
                        "--batch",
                        Integer.toString(row.batch),
                        "--steps",
                        Integer.toString(Math.max(3, row.steps / 4)),
                        "--memory-of",
                        kind)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("the process that measures memory failed");
        }
        return Long.parseLong(text.substring(text.lastIndexOf('\n') + 1));
    }
}
