package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Extension;
import hudson.cli.CLICommand;
import io.jenkins.plugins.llmos.engine.report.TextTable;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.args4j.Option;

/** The command {@code llmos-fleet}: the agents' devices and who holds them. */
@Extension
public final class LlmosFleetCommand extends CLICommand {
    /** Set by the command line. */
    @Option(name = "--json", usage = "Prints JSON in place of a table.")
    public boolean json;

    @Override
    public String getShortDescription() {
        return Texts.of("cli.fleet");
    }

    @Override
    protected int run() {
        Jenkins.get().getACL().checkPermission(Jenkins.READ);
        Fleet fleet = Fleet.now();
        if (json) {
            stdout.print(Json.pretty(fleet.agents()));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                Texts.of("cli.agent"),
                Texts.of("cli.pool"),
                Texts.of("cli.device"),
                Texts.of("cli.model"),
                Texts.of("cli.memory"),
                Texts.of("cli.temperature"),
                Texts.of("cli.state"),
                Texts.of("cli.build"),
                Texts.of("cli.since")));
        for (AgentView agent : fleet.agents()) {
            for (DeviceView device : agent.devices()) {
                List<JobView> holders = device.holders();
                rows.add(List.of(
                        agent.name(),
                        agent.pool(),
                        String.valueOf(device.index()),
                        device.model(),
                        device.memory(),
                        device.temperature(),
                        device.stateText(),
                        String.join(
                                ", ",
                                holders.stream()
                                        .map(j -> j.build() == null ? Texts.of("hidden") : j.build())
                                        .toList()),
                        String.join(", ", holders.stream().map(JobView::lasting).toList())));
            }
        }
        stdout.print(TextTable.words(rows));
        return 0;
    }
}
