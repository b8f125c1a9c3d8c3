package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.LanguageBenchmark;
import io.jenkins.plugins.llmos.engine.train.LanguageBenchmark.Speeds;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos bench language}: tokens a second of a language model, trained in all ways and generating. */
@Command(
        name = "language",
        mixinStandardHelpOptions = true,
        description = {
            "Measure tokens a second of a language model: trained in 32-bit floats and in bf16, trained privately, the same of its"
                    + " adapters alone, generating.",
            "4 layers with heads of size 64, 4,096 token ids, 128 tokens a sequence, Adam; the kinds of step take turns, after"
                    + " a few hundred that do not count, or a minute or two of them."
        })
final class BenchLanguageCommand implements Callable<Integer> {
    @Option(names = "--batch", defaultValue = "16", description = "Sequences of a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--width",
            defaultValue = "256",
            description = "Width of the model, a multiple of 64 (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(names = "--steps", defaultValue = "10", description = "Steps of each kind (default: ${DEFAULT-VALUE}).")
    private int steps;

    /** How many texts are generated at once. */
    private static final int[] GENERATED = {1, 8, 32, 64};

    @Option(names = "--here", hidden = true, description = "Measure in this process.")
    private boolean here;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (batch < 1 || batch > 1024 || steps < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--batch must be from 1 to 1024 and --steps from 1 up, where they are given.");
        }
        if (width < LanguageBenchmark.HEAD || width > 4096 || width % LanguageBenchmark.HEAD != 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--width must be a multiple of " + LanguageBenchmark.HEAD + " up to 4096; it is " + width + ".");
        }
        if (!here) {
            return MeasuredProcess.run(
                    List.of(
                            "bench",
                            "language",
                            "--batch",
                            Integer.toString(batch),
                            "--width",
                            Integer.toString(width),
                            "--steps",
                            Integer.toString(steps),
                            "--here"),
                    Precision.BF16);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d processors, width %d, batch %d, tokens/s by the median of %d steps; ε 3, δ 1e-5%n%-10s %11s %11s %9s %9s %9s %6s%n",
                Runtime.getRuntime().availableProcessors(),
                width,
                batch,
                steps,
                "",
                "parameters",
                "trained",
                "ordinary",
                "bf16",
                "private",
                "ratio");
        out.flush();
        for (boolean lora : new boolean[] {false, true}) {
            try (LanguageBenchmark benchmark = new LanguageBenchmark(batch, width, lora)) {
                Speeds speeds = benchmark.compare(steps);
                out.printf(
                        Locale.ROOT,
                        "%-10s %11d %11d %9.0f %9s %9.0f %6.3f%n",
                        lora ? "adapters" : "all",
                        benchmark.parameters()[0],
                        benchmark.parameters()[1],
                        speeds.ordinary(),
                        Double.isNaN(speeds.half()) ? "none" : Long.toString(Math.round(speeds.half())),
                        speeds.privately(),
                        speeds.ratio());
                for (int texts : lora ? new int[0] : GENERATED) {
                    out.printf(
                            Locale.ROOT,
                            "%-10s %44.0f%n",
                            texts == 1 ? "generating" : texts + " at once",
                            benchmark.generate(texts));
                    out.flush();
                }
                out.flush();
            }
        }
        return 0;
    }
}
