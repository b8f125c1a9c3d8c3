package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.StepBenchmark;
import io.jenkins.plugins.llmos.engine.train.StepBenchmark.Times;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos bench train}: the time of a training step beside one written by hand with DJL. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Time a training step of LLMOS beside one written by hand with DJL alone.",
            "Network 784-512-256-10 with Adam; the two take turns on the same batches, so that both meet the same machine."
        })
final class BenchTrainCommand implements Callable<Integer> {
    @Option(names = "--batch", defaultValue = "256", description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--steps", defaultValue = "500", description = "Steps of each (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--endurance",
            defaultValue = "0",
            paramLabel = "STEPS",
            description = "Then take this many steps more and show whether time or memory grows (default: none).")
    private int endurance;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireFrom("--batch", batch, 1, 4096);
        requireFrom("--steps", steps, 1, Integer.MAX_VALUE);
        requireFrom("--endurance", endurance, 0, Integer.MAX_VALUE);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "MLP 784-512-256-10, batch %d, Adam, %d steps of each, %d processors%n",
                batch,
                steps,
                Runtime.getRuntime().availableProcessors());
        out.flush();
        try (StepBenchmark benchmark = new StepBenchmark(batch)) {
            Map<String, Times> times = benchmark.compare(steps);
            times.forEach((name, t) -> out.printf(
                    Locale.ROOT,
                    "%-6s median %7.2f ms a step (first tenth %.2f, last tenth %.2f)%n",
                    name,
                    t.median(),
                    t.first(),
                    t.last()));
            out.printf(
                    Locale.ROOT,
                    "ratio  %.3f%n",
                    times.get("llmos").median() / times.get("plain").median());
            out.flush();
            if (endurance > 0) {
                out.printf(Locale.ROOT, "%d steps more:%n", endurance);
                Times t = benchmark.endure(endurance, taken -> {
                    out.printf(Locale.ROOT, "  step %d, resident memory %s%n", taken, residentMemory());
                    out.flush();
                });
                out.printf(
                        Locale.ROOT,
                        "  median %.2f ms a step (first tenth %.2f, last tenth %.2f)%n",
                        t.median(),
                        t.first(),
                        t.last());
            }
        }
        out.flush();
        return 0;
    }

    private void requireFrom(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " is " + value + "; it must be from " + min
                            + (max == Integer.MAX_VALUE ? " up." : " to " + max + "."));
        }
    }

    private static String residentMemory() {
        long bytes = ProcessMemory.resident();
        return bytes < 0 ? "unknown on this system" : Units.formatBytes(bytes);
    }
}
