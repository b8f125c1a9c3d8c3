package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.train.inspect.ModelReport;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportProcess;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/** {@code llmosReport}: judges a trained model in a process of its own and returns its metrics. */
final class ReportStep {
    private ReportStep() {}

    static StepDefinition definition() {
        return new StepDefinition("llmosReport", null, null, StepDefinition.Body.NONE, true, ReportStep::run);
    }

    private static Object run(StepCall call) throws Exception {
        Build build = call.build();
        build.refuseIfEnding();
        ReportSpec spec = ReportSpec.from(call.values(), call.folder()).in(Locale.getDefault());
        String path = call.context().path();
        Path folder = build.folder()
                .path()
                .resolve("reports")
                .resolve(RunFolder.safe((path + "/report-" + build.ordinal(path, "report")).substring(1)));
        FileAccess access = EncryptionStep.access("report", spec.model().toString(), spec.key(), build, call.context());
        ModelReport report = ReportProcess.run(
                spec,
                folder,
                new TrainerProcess.Launch(
                        build.schedules().threads(),
                        List.of(),
                        new HashMap<>(call.context().environment())),
                access instanceof Vault vault ? vault : null);
        FileTrees.delete(folder);
        call.log("judged " + report.model() + " by " + report.rows().text() + ": " + report.summary());
        call.log("report: " + spec.output().resolve("report.html"));
        if (report.complaint() != null) {
            throw new StepFailure(report.complaint());
        }
        return report.returned(spec.output().toString());
    }
}
