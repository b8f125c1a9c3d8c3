package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Extension;
import hudson.cli.CLICommand;
import io.jenkins.plugins.llmos.engine.report.TextTable;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.kohsuke.args4j.Option;

/** The command {@code llmos-queue}: who holds devices and who waits for them. */
@Extension
public final class LlmosQueueCommand extends CLICommand {
    /** Set by the command line. */
    @Option(name = "--json", usage = "Prints JSON in place of a table.")
    public boolean json;

    @Override
    public String getShortDescription() {
        return Texts.of("cli.queue");
    }

    @Override
    protected int run() {
        Jenkins.get().getACL().checkPermission(Jenkins.READ);
        Fleet fleet = Fleet.now();
        if (json) {
            stdout.print(Json.pretty(Map.of("running", fleet.running(), "queue", fleet.waiting())));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                Texts.of("cli.build"),
                Texts.of("cli.pool"),
                Texts.of("cli.state"),
                Texts.of("cli.since"),
                Texts.of("cli.demand"),
                Texts.of("cli.start")));
        for (JobView job : fleet.running()) {
            rows.add(row(job, Texts.of("cli.holds", job.agent(), job.indexes()), ""));
        }
        for (JobView job : fleet.waiting()) {
            rows.add(row(
                    job,
                    job.rank() == 0 ? Texts.of("cli.waits") : Texts.of("cli.rank", job.rank()),
                    job.problem().isEmpty() ? job.startsIn() : job.problemText()));
        }
        stdout.print(TextTable.words(rows));
        return 0;
    }

    private static List<String> row(JobView job, String state, String start) {
        String build = job.build() == null ? Texts.of("hidden") : job.build();
        return List.of(build, job.pool(), state, job.lasting(), job.demandText(), start);
    }
}
