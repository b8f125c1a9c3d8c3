package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.train.BenchmarkModels;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos bench inference}: what optimised inference gains, and what it changes. */
@Command(
        name = "inference",
        mixinStandardHelpOptions = true,
        description = {
            "Measure how much faster a model of dense layers computes as TorchScript and with 8-bit weights, and beside it how much"
                    + " its predictions change.",
            "Without a model: perceptrons of 64 columns and two hidden layers of 128, 512 and 2,048. With one, and data with"
                    + " the true targets: its metrics, too."
        })
final class BenchInferenceCommand implements Callable<Integer> {
    private static final int[] HIDDEN = {128, 512, 2048};
    private static final int[] ROWS = {1, 64, 1024};
    private static final int COLUMNS = 64;

    @Option(names = "--model", paramLabel = "MODEL", description = RegistryOption.MODEL)
    private Path model;

    @Mixin
    private RegistryOption registry;

    @Option(names = "--data", paramLabel = "FILE", description = "Data with the true targets.")
    private Path data;

    @Option(names = "--labels", paramLabel = "FILE", description = "IDX labels of IDX images.")
    private Path labels;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d processors; compared with the model as trained, in turns%n%-16s %-7s %6s %9s %15s %13s%n",
                Runtime.getRuntime().availableProcessors(),
                "model",
                "as",
                "rows",
                "speed-up",
                "largest change",
                "other labels");
        if (model != null) {
            compare(model.toString(), registry.resolve(model), out);
            return Main.SUCCESS;
        }
        for (int hidden : HIDDEN) {
            Path folder = Files.createTempDirectory("llmos-bench-inference");
            try {
                compare(
                        COLUMNS + "-" + hidden + "-" + hidden + "-10",
                        BenchmarkModels.writeRows(folder.resolve("model"), COLUMNS, hidden),
                        out);
            } finally {
                ModelFolder.delete(folder);
            }
        }
        return Main.SUCCESS;
    }

    private void compare(String name, Path folder, PrintWriter out) {
        try (Predictor predictor = Predictor.load(folder)) {
            print("as trained", predictor, out);
            for (Optimization optimization : Optimization.values()) {
                for (int rows : ROWS) {
                    Predictor.Comparison compared = predictor.compare(optimization, predictor.drawnRows(rows, 1));
                    out.printf(
                            Locale.ROOT,
                            "%-16s %-7s %6d %9.2f %15.2g %11.1f %%%n",
                            name,
                            optimization.text(),
                            rows,
                            compared.speedUp(),
                            compared.largestChange(),
                            100 * compared.otherLabels());
                    out.flush();
                }
                print(optimization.text(), predictor, out);
            }
        }
    }

    private void print(String how, Predictor predictor, PrintWriter out) {
        if (data != null) {
            Map<String, Double> metrics =
                    predictor.predict(data, labels, p -> {}).orElse(Map.of());
            metrics.forEach((metric, value) -> out.printf(Locale.ROOT, "  %-10s %s %.6f%n", how, metric, value));
            out.flush();
        }
    }
}
