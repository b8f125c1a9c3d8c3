package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.schedule.Cluster;

/**
 * The truth about the jobs on one side of a limit and what history tells about the others: shows which jobs' run times
 * a policy would gain from knowing.
 */
final class PartlyTrueOracle implements Oracle {
    private final HistoryOracle history;
    private final long limit;
    private final boolean above;

    /**
     * @param limit a run time in nanoseconds
     * @param above whether the truth is known of jobs longer than the limit, or of the others
     */
    PartlyTrueOracle(HistoryOracle history, long limit, boolean above) {
        this.history = history;
        this.limit = limit;
        this.above = above;
    }

    private boolean known(TraceJob job) {
        return job.runTime() > limit == above;
    }

    @Override
    public long arrived(int number, TraceJob job) {
        return known(job) ? job.runTime() : history.arrived(number, job);
    }

    @Override
    public long predicted(int number, TraceJob job) {
        return known(job) ? job.runTime() : history.predicted(number, job);
    }

    @Override
    public long estimate(int number, TraceJob job, long attained) {
        return known(job) ? job.runTime() - attained : history.estimate(number, job, attained);
    }

    @Override
    public void completed(int number, TraceJob job) {
        history.completed(number, job);
    }

    @Override
    public void refresh(Cluster cluster, long now) {
        history.refresh(cluster, now);
    }

    @Override
    public long wake() {
        return history.wake();
    }

    @Override
    public boolean learnsFromHistory() {
        return true;
    }

    @Override
    public double coverage() {
        return history.coverage();
    }
}
