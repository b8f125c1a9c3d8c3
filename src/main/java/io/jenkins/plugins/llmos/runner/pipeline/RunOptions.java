package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How to run a Jenkinsfile.
 *
 * @param jenkinsfile the file
 * @param workspace folder that {@code node} works in
 * @param parameters values of parameters by name
 * @param pool how devices are shared
 * @param ledger folder of the privacy ledger
 * @param registry folder of the registry of models
 * @param resume whether to go on with an earlier run
 * @param resumeNumber which one, 0 for the last unfinished
 */
public record RunOptions(
        Path jenkinsfile,
        Path workspace,
        Map<String, String> parameters,
        PoolOptions pool,
        Path ledger,
        Path registry,
        boolean resume,
        int resumeNumber) {
    public RunOptions {
        workspace = workspace.toAbsolutePath().normalize();
        parameters = Map.copyOf(new LinkedHashMap<>(parameters));
        if (!Files.isDirectory(workspace)) {
            throw new InvalidInputException("The workspace " + workspace + " is not a folder.");
        }
    }

    /** A first run with one slot. */
    public static RunOptions of(Path jenkinsfile, Path workspace) {
        return new RunOptions(
                jenkinsfile,
                workspace,
                Map.of(),
                PoolOptions.standard(),
                LedgerFolder.standard(),
                RegistryFolder.standard(),
                false,
                0);
    }

    public RunOptions withParameters(Map<String, String> values) {
        return new RunOptions(jenkinsfile, workspace, values, pool, ledger, registry, resume, resumeNumber);
    }

    public RunOptions withPool(PoolOptions options) {
        return new RunOptions(jenkinsfile, workspace, parameters, options, ledger, registry, resume, resumeNumber);
    }

    public RunOptions withLedger(Path folder) {
        return new RunOptions(jenkinsfile, workspace, parameters, pool, folder, registry, resume, resumeNumber);
    }

    public RunOptions withRegistry(Path folder) {
        return new RunOptions(jenkinsfile, workspace, parameters, pool, ledger, folder, resume, resumeNumber);
    }

    /** Going on with a run, 0 for the last unfinished one. */
    public RunOptions resuming(int number) {
        return new RunOptions(jenkinsfile, workspace, parameters, pool, ledger, registry, true, number);
    }
}
