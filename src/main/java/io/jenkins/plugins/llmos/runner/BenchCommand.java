package io.jenkins.plugins.llmos.runner;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos bench}: measurements on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure on this machine what the documentation claims.",
        subcommands = {
            BenchTrainCommand.class,
            BenchScheduleCommand.class,
            BenchPrivacyCommand.class,
            BenchLanguageCommand.class,
            BenchServeCommand.class,
            BenchInferenceCommand.class
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name what to measure: train, schedule, privacy, language, serve or inference.");
    }
}
