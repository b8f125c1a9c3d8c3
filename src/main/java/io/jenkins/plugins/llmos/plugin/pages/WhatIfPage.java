package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.simulate.WhatIf;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.StaplerProxy;

/** What every policy would have done with the jobs of the last days. */
public final class WhatIfPage implements StaplerProxy {
    /** Replays are kept for so long, since they keep a processor busy. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final List<Integer> DAYS = List.of(1, 7, 30, 90);

    private final LlmosPage parent;
    private Replay latest;

    WhatIfPage(LlmosPage parent) {
        this.parent = parent;
    }

    public LlmosPage getParent() {
        return parent;
    }

    /** One replay of one pool. */
    private record Replay(String pool, int days, Instant at, WhatIf result) {}

    @Override
    public Object getTarget() {
        if (!mayLook()) {
            Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
        }
        return this;
    }

    /** Whether the current user may see replays. */
    static boolean mayLook() {
        return Jenkins.get().getACL().hasPermission(Jenkins.MANAGE)
                || Jenkins.get().getACL().hasPermission(Jenkins.SYSTEM_READ);
    }

    public List<Integer> getChoices() {
        return DAYS;
    }

    public List<String> getPools() {
        return Overview.pools().stream().map(Overview.PoolState::name).toList();
    }

    /** What is shown. */
    public static final class Answer {
        private final Replay replay;
        private final String policy;

        private Answer(Replay replay, String policy) {
            this.replay = replay;
            this.policy = policy;
        }

        public String getPool() {
            return replay.pool;
        }

        public int getDays() {
            return replay.days;
        }

        public boolean isNothing() {
            return replay.result.results().isEmpty();
        }

        /** What was replayed, in a sentence or more. */
        public String getSummary() {
            WhatIf w = replay.result;
            String text = Texts.of("whatif.jobs", w.jobs(), policy);
            if (w.leftOut() > 0) {
                text += " " + Texts.of("whatif.leftOut", w.leftOut());
            }
            return w.dropped() > 0 ? text + " " + Texts.of("whatif.dropped", w.dropped()) : text;
        }

        public String getTable() {
            return replay.result.table(Texts.words()).html();
        }

        public List<String> getFigures() {
            List<String> html = new ArrayList<>();
            for (Figure figure : replay.result.figures(Texts.words())) {
                html.add(figure.html("w" + html.size(), Texts.words()));
            }
            return html;
        }
    }

    /**
     * Replays jobs, or shows the latest replay again.
     *
     * @param pool name, null or unknown for the first
     * @param days how far to look back, null or nonsense for 7
     * @throws IOException if the jobs cannot be read
     */
    public synchronized Answer answer(String pool, String days) throws IOException {
        List<Overview.PoolState> pools = Overview.pools();
        Overview.PoolState chosen =
                pools.stream().filter(p -> p.name().equals(pool)).findFirst().orElse(pools.get(0));
        int back =
                DAYS.stream().filter(d -> d.toString().equals(days)).findFirst().orElse(7);
        Instant now = Instant.now();
        if (latest == null
                || !latest.pool.equals(chosen.name())
                || latest.days != back
                || latest.at.plus(FRESH).isBefore(now)) {
            List<JobRecord> jobs = Overview.ended(chosen.name(), now.minus(Duration.ofDays(back)));
            Set<String> labels = jobs.stream().map(j -> j.demand().label()).collect(Collectors.toSet());
            WhatIf result = WhatIf.replay(jobs, Overview.machines(chosen.name(), labels), chosen.settings());
            latest = new Replay(chosen.name(), back, now, result);
        }
        return new Answer(latest, chosen.settings().policy());
    }
}
