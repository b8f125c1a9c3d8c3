package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * What each policy would have done with the jobs that there were, on the machines that there are. The jobs come when they
 * came and work as long as they worked; the scheduler knows of each only what could be known at the time.
 *
 * @param results one for each policy, in the order of {@link Policies#names}; none if there is no job to replay
 * @param jobs how many jobs were replayed
 * @param leftOut how many were left out, since no machine could ever hold them or they did no work
 * @param dropped how many older ones were left out, since there were too many
 */
public record WhatIf(List<Result> results, int jobs, int leftOut, int dropped) {
    /** The most jobs that are replayed: the latest. */
    public static final int LIMIT = 5_000;

    public WhatIf {
        results = List.copyOf(results);
    }

    /**
     * Replays jobs under every policy.
     *
     * @param records of jobs that have ended
     * @param settings of the pool; only its policy is varied
     */
    public static WhatIf replay(List<JobRecord> records, Collection<Machine> machines, PoolSettings settings) {
        Fleet fleet = new Fleet(List.copyOf(machines));
        List<JobRecord> latest = records.subList(Math.max(0, records.size() - LIMIT), records.size());
        List<TraceJob> jobs = new ArrayList<>();
        for (JobRecord record : latest) {
            Duration work = record.work(settings.preemptionCost());
            if (!work.isZero() && fleet.canEverHold(record.demand())) {
                jobs.add(new TraceJob(
                        record.key(),
                        record.job(),
                        record.owner(),
                        record.demand(),
                        Ticks.of(record.arrival()),
                        Ticks.of(work),
                        record.estimate() == null ? OptionalLong.empty() : OptionalLong.of(Ticks.of(record.estimate())),
                        record.priority()));
            }
        }
        List<Result> results = new ArrayList<>();
        if (!jobs.isEmpty()) {
            for (String policy : Policies.names()) {
                results.add(new Simulation(jobs, fleet, settings.withPolicy(policy), Estimates.parse("history"), false)
                        .run());
            }
        }
        return new WhatIf(results, jobs.size(), latest.size() - jobs.size(), records.size() - latest.size());
    }

    public List<Summary> summaries() {
        return results.stream().map(Summary::of).toList();
    }

    /** One row for each policy. */
    public HtmlTable table(Words words) {
        return SimulationReport.table(summaries(), words);
    }

    /** See {@link SimulationReport#figures}. */
    public List<Figure> figures(Words words) {
        return SimulationReport.figures(results, words);
    }
}
