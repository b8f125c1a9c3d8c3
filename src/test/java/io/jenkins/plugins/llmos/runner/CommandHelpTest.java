package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What the help of a command lists. */
class CommandHelpTest {
    static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        collect(Main.commandLine(), all);
        return all;
    }

    private static void collect(CommandLine command, List<CommandLine> all) {
        for (CommandLine sub : command.getSubcommands().values()) {
            all.add(sub);
            collect(sub, all);
        }
    }

    /** The list of commands shows the first line of a header, or of a description where there is none. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsListedWithWhatItIsFor(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        String summary = Stream.concat(Stream.of(usage.header()), Stream.of(usage.description()))
                .findFirst()
                .orElse("");
        assertFalse(summary.isBlank(), command.getCommandSpec().qualifiedName());
        // It says what to do, as in "Train one model", not what is done.
        assertFalse(summary.matches("\\w+s .*"), summary);
    }
}
