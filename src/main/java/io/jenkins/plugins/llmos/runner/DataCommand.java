package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.synthetic.SyntheticData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llmos data}: data to try. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        header = "Make data to try.",
        subcommands = DataCommand.Synthetic.class)
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: llmos data synthetic.");
    }

    /** {@code llmos data synthetic}: makes data up. */
    @Command(
            name = "synthetic",
            mixinStandardHelpOptions = true,
            header = "Make data up, as CSV.",
            description = {
                "Nobody is in them, and what is true of them is known. Without a name it lists what there is. The same seed"
                        + " makes the same bytes."
            })
    static final class Synthetic implements Callable<Integer> {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which data.")
        private String name;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "" + SyntheticData.SEED,
                description = "Of all draws; ${DEFAULT-VALUE} unless given, as of the files in resources/.")
        private long seed;

        @Option(
                names = "--output",
                paramLabel = "FILE",
                description = "Where to write (default: standard output). An existing file is refused.")
        private Path output;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            if (name == null) {
                Arrays.stream(SyntheticData.values()).forEach(d -> out.println(d.text() + "  " + d.description()));
            } else if (output == null) {
                out.print(SyntheticData.of(name).csv(seed));
            } else {
                String csv = SyntheticData.of(name).csv(seed);
                if (Files.exists(output)) {
                    throw new InvalidInputException(
                            "The output file " + output + " exists already. Name another one, or remove it.");
                }
                Files.writeString(output, csv, StandardOpenOption.CREATE_NEW);
            }
            out.flush();
            return Main.SUCCESS;
        }
    }
}
