package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.HelperProcess;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import java.io.IOException;
import java.nio.file.Path;

/** A report made by a JVM of its own, from its host's side and from its own. */
public final class ReportProcess {
    private ReportProcess() {}

    /**
     * Makes a report and waits for it. An interrupt ends the process.
     *
     * @param folder of its own, made if need be; its files are of no use afterwards
     * @param launch how to start the process
     * @param vault with the key that {@code spec} names, null if it names none
     * @throws InvalidInputException if the model or the rows cannot be used, or are secret, or the process failed
     * @throws IOException if the process cannot be started
     */
    public static ModelReport run(ReportSpec spec, Path folder, TrainerProcess.Launch launch, Vault vault)
            throws IOException, InterruptedException {
        spec.requireInputs();
        return HelperProcess.ask("report", ReportProcess.class, spec, ModelReport.class, folder, launch, vault);
    }

    public static void main(String[] args) throws IOException {
        HelperProcess.answer(
                args,
                "report",
                ReportSpec.class,
                ReportSpec::key,
                (access, spec, folder) -> Reporter.write(access, spec, folder.resolve("cache")));
    }
}
