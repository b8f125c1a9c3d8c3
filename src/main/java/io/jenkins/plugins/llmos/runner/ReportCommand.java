package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.train.inspect.ModelReport;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportSpec;
import io.jenkins.plugins.llmos.engine.train.inspect.Reporter;
import io.jenkins.plugins.llmos.runner.pipeline.FileTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code llmos report}: what is true of a trained model, with the arguments of {@code llmosReport}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        header = "Judge a trained model by rows that it has not seen.",
        customSynopsis = "@|bold llmos report|@ @|yellow --ARGUMENT|@ VALUE...",
        description = {
            "",
            "Tells how often it is right, how sure it is, what it looks at, and how it treats groups. Writes"
                    + " report.html and report.json to the model's folder.",
            "",
            "Each argument is written --name value, --name=value or name=value; lists with commas, the gate as"
                    + " metric:condition with commas.",
            ""
        },
        footerHeading = "%nArguments (docs/llmosReport.md explains them):%n",
        footer = {
            "  what         model, data, labels, part (test, validation, all), public",
            "  fairness     groups, positive",
            "  explaining   rows, repeats, examples, prompts, seed",
            "  output       output, gate, key",
            "",
            "Example: llmos report --model model --groups age",
            "           --gate 'accuracy:>= 0.9,fairnessGap:<= 0.1'"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:the model does not pass its gate", "2:wrong usage"})
final class ReportCommand implements Callable<Integer> {
    @Unmatched
    private List<String> words = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ReportSpec request = ReportSpec.from(
                        TrainCommand.arguments(words), Path.of("").toAbsolutePath())
                .in(Locale.getDefault());
        Path scratch = Files.createTempDirectory("llmos-report");
        ModelReport report;
        try {
            report = Reporter.write(Keyed.with(request.key(), "report").models(), request, scratch);
        } finally {
            FileTrees.delete(scratch);
        }
        PrintWriter out = spec.commandLine().getOut();
        report.metrics().forEach((name, value) -> out.println(name + " " + Quantity.NUMBER.format(value)));
        out.println(request.output().resolve("report.html"));
        out.flush();
        if (report.complaint() != null) {
            spec.commandLine().getErr().println(report.complaint());
            return Main.FAILED;
        }
        return Main.SUCCESS;
    }
}
