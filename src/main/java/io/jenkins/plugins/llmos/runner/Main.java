package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the command line. */
@Command(
        name = "llmos",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Schedule, train and keep private machine-learning models, in Jenkins and without it.",
            "",
            "Start with: llmos run test-jenkinsfiles/quickstart.Jenkinsfile"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:the pipeline or the training failed", "2:wrong usage"},
        subcommands = {
            RunCommand.class,
            TrainCommand.class,
            PredictCommand.class,
            ReportCommand.class,
            DriftCommand.class,
            GenerateCommand.class,
            ModelCommand.class,
            RegistryCommand.class,
            ServeCommand.class,
            SimulateCommand.class,
            PrivacyCommand.class,
            JenkinsCommand.class,
            DataCommand.class,
            BenchCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Main implements Runnable {
    /** Done. */
    static final int SUCCESS = 0;
    /** The pipeline or the training failed. */
    static final int FAILED = 1;
    /** The command line was wrong. */
    static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    /** Held, because a logger that nobody holds is made anew with its first settings. */
    private static final Logger DJL = Logger.getLogger("ai.djl");

    public static void main(String[] args) {
        DJL.setLevel(Level.SEVERE);
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((e, parsed) -> {
            CommandLine command = e.getCommandLine();
            command.getErr().println(e.getMessage());
            UnmatchedArgumentException.printSuggestions(e, command.getErr());
            command.getErr()
                    .println("How to use it: " + command.getCommandSpec().qualifiedName() + " --help");
            return USAGE;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof InvalidInputException) {
                command.getErr().println(withOptions(e.getMessage()));
                return USAGE;
            }
            throw e;
        });
        return line;
    }

    /** A sentence of the engine, which writes arguments as a Jenkinsfile does, with options in their place. */
    private static String withOptions(String message) {
        return message == null ? null : message.replace("overwrite: true", "--overwrite");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "llmos " + (version == null ? "(not packaged)" : version),
                "Java " + System.getProperty("java.version") + ", Groovy " + groovy.lang.GroovySystem.getVersion()
            };
        }
    }
}
