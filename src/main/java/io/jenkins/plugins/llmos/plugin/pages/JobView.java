package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A block that waits or runs, as a certain user may see it. Times are milliseconds since 1970.
 *
 * @param build what people call the build, null if the user may not see its job
 * @param url of the build, relative to Jenkins' root; null if the user may not see its job
 * @param pool name
 * @param demand what it asks for, in words
 * @param estimate how long its user says that it works, null for nothing
 * @param priority higher goes first
 * @param attempt which run it is in or waits for, from 1
 * @param since since when it holds or waits
 * @param agent where its devices are, null while it waits
 * @param devices their indexes
 * @param rank its place in the queue, 0 if it runs or that is not known
 * @param start when it is expected to start, null if it runs or that is not known
 * @param problem why it can never start on what there is, empty if it can
 */
@ExportedBean(defaultVisibility = 4)
public record JobView(
        @Exported String build,
        @Exported String url,
        @Exported String pool,
        @Exported String demand,
        @Exported String estimate,
        @Exported int priority,
        @Exported int attempt,
        @Exported long since,
        @Exported String agent,
        @Exported List<Integer> devices,
        @Exported int rank,
        @Exported Long start,
        @Exported String problem) {

    static JobView of(Overview.Job job, Seen seen) {
        return new JobView(
                seen.build(job.job(), job.build()),
                seen.url(job.job(), job.run()),
                job.pool(),
                job.demand().toString(),
                job.estimate().map(Units::format).orElse(null),
                job.priority(),
                job.attempt(),
                job.since().toEpochMilli(),
                job.held().map(h -> h.machine()).orElse(null),
                job.held().map(h -> h.indexes()).orElse(List.of()),
                job.rank(),
                job.start().map(Instant::toEpochMilli).orElse(null),
                job.problem());
    }

    /** What it asks for, in the language of the one who looks. */
    public String demandText() {
        return EngineTexts.demand(demand);
    }

    /** Why it can never start, likewise. */
    public String problemText() {
        return EngineTexts.of(problem);
    }

    /** How long it has held or waited. */
    public String lasting() {
        return Times.since(since);
    }

    /** In how long it is expected to start, empty if that is not known. */
    public String startsIn() {
        if (start == null) {
            return "";
        }
        Duration left = Duration.between(Instant.now(), Instant.ofEpochMilli(start));
        return Times.format(left.isNegative() ? Duration.ZERO : left);
    }

    /** Its devices, with commas. */
    public String indexes() {
        return String.join(", ", devices.stream().map(String::valueOf).toList());
    }
}
