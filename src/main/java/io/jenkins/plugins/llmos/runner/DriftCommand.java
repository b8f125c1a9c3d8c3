package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.retrain.Baseline;
import io.jenkins.plugins.llmos.engine.retrain.ColumnDrift;
import io.jenkins.plugins.llmos.engine.retrain.DataState;
import io.jenkins.plugins.llmos.engine.retrain.RetrainRule;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos drift}: how far data have moved away from those that a model was trained on. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = {
            "Compare data with those that a model was trained on, column by column.",
            "Shows the population stability index (PSI) and the Kolmogorov-Smirnov statistic (KS) of every column, and"
                    + " whether the model should be trained again. Without a bound a PSI of 0.2 counts as drift."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the model need not be trained again", "1:it should be", "2:wrong usage"})
final class DriftCommand implements Callable<Integer> {
    private static final String STANDARD_DRIFT = "0.2";

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Folder that llmosTrain wrote.")
    private Path model;

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "The data as they are now; several files count as one, in the order given.")
    private List<Path> data;

    @Option(names = "--labels", paramLabel = "FILE", description = "IDX labels of IDX images.")
    private Path labels;

    @Option(names = "--min-new-rows", paramLabel = "N", description = "So many new rows are a reason to train again.")
    private String minNewRows;

    @Option(names = "--drift", paramLabel = "X", description = "So much drift of one column is a reason.")
    private String drift;

    @Option(names = "--statistic", paramLabel = "psi|ks", description = "Which figure --drift bounds (default: psi).")
    private String statistic;

    @Option(names = "--max-age", paramLabel = "AGE", description = "An older model is a reason, such as 30d.")
    private String maxAge;

    @Option(names = "--json", description = "Write the verdict as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Map<String, Object> bounds = new LinkedHashMap<>();
        bounds.put("minNewRows", minNewRows);
        bounds.put("drift", drift == null && statistic == null ? STANDARD_DRIFT : drift);
        bounds.put("statistic", statistic);
        bounds.put("maxAge", maxAge);
        RetrainRule rule = RetrainRule.from(bounds);
        for (Path file : data) {
            if (!Files.isRegularFile(file)) {
                throw new InvalidInputException("The data file " + file
                        + (Files.isDirectory(file) ? " is a folder. Name the files in it." : " does not exist."));
            }
        }
        ModelCard card = ModelFolder.readCard(model);
        Baseline baseline = Baseline.of(card, ModelFolder.readProfile(model));
        DataState state = DataState.read(data, labels, card.schema(), baseline);
        RetrainVerdict verdict = RetrainVerdict.of(rule, baseline, state, RetrainVerdict.Memory.NONE, Instant.now());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(Json.pretty(verdict));
        } else {
            print(out, baseline, verdict);
        }
        out.flush();
        return verdict.train() ? 1 : 0;
    }

    private static void print(PrintWriter out, Baseline baseline, RetrainVerdict verdict) {
        out.printf("The model is %s old.%n", Units.format(Duration.between(baseline.created(), Instant.now())));
        if (verdict.newRows() != null) {
            out.printf("It was trained on %d rows; there are %+d now.%n", baseline.rows(), verdict.newRows());
        }
        if (!verdict.columns().isEmpty()) {
            int width = Math.max(
                    6,
                    verdict.columns().stream()
                            .mapToInt(d -> d.drift().column().length())
                            .max()
                            .orElse(0));
            out.printf(
                    "%n%-" + width + "s  %-12s %-11s %8s %10s %8s %10s %8s%n",
                    "column",
                    "rows",
                    "type",
                    "PSI",
                    "by chance",
                    "KS",
                    "by chance",
                    "unseen");
            for (RetrainVerdict.Drifted d : verdict.columns()) {
                ColumnDrift c = d.drift();
                out.printf(
                        Locale.ROOT,
                        "%-" + width + "s  %-12s %-11s %8.3f %10.3f %8.3f %10.3f %7.1f%%%n",
                        c.column(),
                        d.rows(),
                        c.type().name().toLowerCase(Locale.ROOT),
                        c.psi(),
                        c.psiByChance(),
                        c.ks(),
                        Math.min(1, c.ksByChance()),
                        100 * c.unseen());
            }
            out.printf("%nUnder \"by chance\" a difference is explained by the number of rows alone.%n");
        }
        verdict.remarks().forEach(out::println);
        out.println();
        out.println(
                verdict.train()
                        ? "Train again: " + String.join("; ", verdict.reasons()) + "."
                        : "There is no reason to train again.");
    }
}
