package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.runner.pipeline.LedgerFolder;
import io.jenkins.plugins.llmos.runner.pipeline.PipelineRun;
import io.jenkins.plugins.llmos.runner.pipeline.PoolOptions;
import io.jenkins.plugins.llmos.runner.pipeline.RunOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code llmos run}: runs a Jenkinsfile with no Jenkins. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Run a Scripted or Declarative Jenkinsfile on this machine, with no Jenkins.",
            "",
            "The workspace is the current folder itself. Log, archive, trainings and report of a run stay in"
                    + " .llmos/runs/ there. Ctrl-C ends a run so that --resume goes on with it; a second Ctrl-C ends it at"
                    + " once."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:success",
            "1:the pipeline failed, was unstable or was ended",
            "2:wrong usage, such as a Jenkinsfile that is not there"
        })
final class RunCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "JENKINSFILE",
            defaultValue = "Jenkinsfile",
            description = "The Jenkinsfile; Jenkinsfile in the current folder unless named.")
    private Path jenkinsfile;

    @Option(
            names = {"-w", "--workspace"},
            paramLabel = "DIR",
            description = "The folder that node works in; the current one unless named.")
    private Path workspace;

    @Option(
            names = {"-p", "--param"},
            paramLabel = "NAME=VALUE",
            description = "The value of a parameter. May be given many times.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "1",
            description = "CPU slots to share where there is no GPU; ${DEFAULT-VALUE} unless given.")
    private int slots;

    @Option(names = "--cpu", description = "Share CPU slots even where there are GPUs.")
    private boolean cpu;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            completionCandidates = PolicyNames.class,
            description = "Who gets devices next: ${COMPLETION-CANDIDATES}; fifo unless given.")
    private String policy;

    @Option(
            names = "--quantum",
            paramLabel = "TIME",
            description = "The time slice of rr, such as 5s; 10m unless given.")
    private String quantum;

    @Option(
            names = "--pool",
            paramLabel = "SETTING=VALUE",
            description = "Another setting of the device pool: maxWait, fit, preemptionCost, minimumRun or"
                    + " lasThresholds. May be given many times.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--ledger",
            paramLabel = "DIR",
            description =
                    "The folder of the privacy ledger; LLMOS_LEDGER, else llmos/privacy in the user's data folder.")
    private Path ledger;

    @Mixin
    private RegistryOption registry;

    @Option(
            names = "--resume",
            arity = "0..1",
            paramLabel = "NUMBER",
            fallbackValue = "0",
            description = "Go on with the last unfinished run of this Jenkinsfile, or with the numbered one: the script"
                    + " runs from the top, trainings that are done return their result, others go on.")
    private Integer resume;

    @Override
    public Integer call() {
        RunOptions options = options();
        return new RunSession("llmos run " + jenkinsfile).run(console -> new PipelineRun(options, console));
    }

    private RunOptions options() {
        Map<String, String> pool = new LinkedHashMap<>(settings);
        if (policy != null) {
            pool.put("policy", policy);
        }
        if (quantum != null) {
            pool.put("quantum", quantum);
        }
        PoolSettings.from(pool);
        if (slots < 1) {
            throw new InvalidInputException("--slots is " + slots + "; it must be at least 1.");
        }
        return new RunOptions(
                jenkinsfile,
                workspace == null ? Path.of("") : workspace,
                parameters,
                new PoolOptions(slots, cpu, pool),
                ledger == null ? LedgerFolder.standard() : ledger,
                registry.folder(),
                resume != null,
                resume == null ? 0 : resume);
    }
}
