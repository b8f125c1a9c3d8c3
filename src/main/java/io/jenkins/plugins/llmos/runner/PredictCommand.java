package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Predictor;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos predict}: scores new rows with a trained model. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Score new rows with a trained model.",
            "Writes CSV: the row's line, the predicted label or value, and each class' probability. Where the file has the"
                    + " true target too, the metrics follow on standard error."
        })
final class PredictCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "MODEL", description = RegistryOption.MODEL)
    private Path model;

    @Mixin
    private RegistryOption registry;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "CSV file with the columns of the training, or IDX images; gzip is read too.")
    private Path data;

    @Option(names = "--labels", paramLabel = "FILE", description = "IDX labels of IDX images, to compute metrics.")
    private Path labels;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Key of an encrypted model: file:PATH or env:NAME. The data may be encrypted with it, too.")
    private String key;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where to write the CSV (default: standard output). An existing file is refused.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Keyed keyed = Keyed.with(key, "predict");
        try (Predictor predictor = Predictor.load(keyed.models(), keyed.data(data), registry.resolve(model))) {
            Optional<Map<String, Double>> metrics =
                    output == null ? write(predictor, out) : writeFile(predictor, output.toAbsolutePath());
            out.flush();
            metrics.ifPresent(m -> {
                PrintWriter err = spec.commandLine().getErr();
                m.forEach((name, value) -> err.printf(Locale.ROOT, "%s %.6f%n", name, value));
                err.flush();
            });
        }
        return 0;
    }

    private Optional<Map<String, Double>> writeFile(Predictor predictor, Path file) throws IOException {
        if (Files.exists(file)) {
            throw new InvalidInputException(
                    "The output file " + file + " exists already. Name another one, or remove it.");
        }
        Path beside = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Optional<Map<String, Double>> metrics;
            try (Writer writer = Files.newBufferedWriter(beside, StandardCharsets.UTF_8)) {
                metrics = write(predictor, writer);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            return metrics;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    @SuppressWarnings("resource")
    private Optional<Map<String, Double>> write(Predictor predictor, Appendable to) throws IOException {
        CSVPrinter csv = new CSVPrinter(
                to, CSVFormat.RFC4180.builder().setRecordSeparator("\n").get());
        FeatureSchema schema = predictor.schema();
        List<Object> header = new ArrayList<>(List.of("line", schema.target()));
        schema.labels().forEach(l -> header.add("p(" + l + ")"));
        csv.printRecord(header);
        try {
            return predictor.predict(data, labels, p -> {
                List<Object> row = new ArrayList<>();
                row.add(p.line());
                row.add(p.label() != null ? p.label() : (Object) (float) p.value());
                p.probabilities().forEach(x -> row.add(String.format(Locale.ROOT, "%.6f", x)));
                try {
                    csv.printRecord(row);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
