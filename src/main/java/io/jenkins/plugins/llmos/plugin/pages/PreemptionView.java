package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.schedule.PastJobs;
import java.time.Instant;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A run that was asked to make way, as a certain user may see it.
 *
 * @param time milliseconds since 1970
 * @param pool name
 * @param agent where it ran
 * @param build what people call the build, null if the user may not see its job; so {@code favoured}
 * @param url of the build, relative to Jenkins' root; null likewise; so {@code favouredUrl}
 * @param favoured the build that it made way for
 * @param favouredUrl of that build
 */
@ExportedBean(defaultVisibility = 4)
public record PreemptionView(
        @Exported long time,
        @Exported String pool,
        @Exported String agent,
        @Exported String build,
        @Exported String url,
        @Exported String favoured,
        @Exported String favouredUrl) {

    static PreemptionView of(PastJobs.Preemption p, Seen seen) {
        return new PreemptionView(
                p.at().toEpochMilli(),
                p.pool(),
                p.machine(),
                seen.build(p.job(), p.build()),
                seen.url(p.job(), p.run()),
                seen.build(p.favouredJob(), p.favoured()),
                seen.url(p.favouredJob(), p.favouredRun()));
    }

    /** Where it ran, as the one who looks calls it. */
    public String place() {
        return EngineTexts.place(agent);
    }

    public String at() {
        return Times.at(Instant.ofEpochMilli(time));
    }
}
