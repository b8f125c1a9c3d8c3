package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;
import java.util.Comparator;

/**
 * A policy that gives every job a rank, the lowest first among those of the highest priority. Ageing, reservations,
 * placement and the choice of who yields are the same for all such policies; a policy says only the rank of a waiting
 * job and, if it preempts, that of a running one.
 */
public abstract class RankedPolicy implements SchedulingPolicy {
    /** The rank of a running job that must not be preempted. */
    protected static final long KEEP = Long.MIN_VALUE;

    private final PoolSettings settings;
    private final long minimumRun;
    private final long agedRun;
    private final long maxWait;
    private final Comparator<JobState> order;

    protected RankedPolicy(PoolSettings settings) {
        this.settings = settings;
        this.minimumRun = Ticks.of(settings.minimumRun());
        this.agedRun = Math.max(minimumRun, Ticks.of(settings.quantum()));
        this.maxWait = settings.maxWait().map(Ticks::of).orElse(Ticks.NEVER);
        this.order = (a, b) -> {
            int c = Integer.compare(b.priority(), a.priority());
            c = c != 0 ? c : Long.compare(waitingRank(a), waitingRank(b));
            return c != 0 ? c : Long.compare(a.sequence(), b.sequence());
        };
    }

    /** The rank of a waiting job; it must follow from the job alone, so that it stays while the job waits. */
    protected abstract long waitingRank(JobState job);

    /**
     * The rank of a running job: a waiting job of the same priority may take its devices if its own rank is lower. What
     * the preemption costs is to be taken off here, so that little is not gained at a high price.
     *
     * @return {@link #KEEP} if it must not be preempted now, as always in a policy that never preempts
     */
    protected long runningRank(JobState job, long now) {
        return KEEP;
    }

    /**
     * Whether the rank of every running job falls by one with each tick, as the time left does. Otherwise it stands still
     * until {@link #nextChange}.
     */
    protected boolean ranksFall() {
        return false;
    }

    /**
     * Whether a running job that has less left to do than a preemption costs is let go on to its end; for policies whose
     * ranks do not look at the time left.
     */
    protected boolean letsFinish() {
        return false;
    }

    /** When, after {@code now}, the rank of a running job next jumps; {@link Ticks#NEVER} if it does not. */
    protected long nextChange(JobState job, long now) {
        return Ticks.NEVER;
    }

    /** Whether running jobs are ever asked to yield. */
    public boolean preempts() {
        return false;
    }

    private static boolean nearlyDone(JobState job, long now) {
        long left = job.remainingAt(now);
        return left > 0 && left <= job.preemptionCost();
    }

    /** When a running job will have run as long as it was estimated to. */
    protected static long expectedEnd(JobState job) {
        JobState.Run run = job.run().orElseThrow();
        return Ticks.plus(run.startedAt() + run.overhead(), job.remaining());
    }

    protected final PoolSettings settings() {
        return settings;
    }

    /** The order of waiting jobs, ageing aside. */
    public final Comparator<JobState> order() {
        return order;
    }

    final long maxWait() {
        return maxWait;
    }

    /** Until when the run is left alone whatever the policy; {@link Ticks#NEVER} if until its end. */
    private long protectedUntil(JobState job) {
        if (!preempts() || !job.preemptible()) {
            return Ticks.NEVER;
        }
        JobState.Run run = job.run().orElseThrow();
        // the restart does not count, or a job could be preempted for ever before it has done anything
        return Ticks.plus(run.startedAt() + run.overhead(), run.aged() ? agedRun : minimumRun);
    }

    final long rankNow(JobState job, long now) {
        return protectedUntil(job) > now || (letsFinish() && nearlyDone(job, now)) ? KEEP : runningRank(job, now);
    }

    /** A rank such that those of one moment compare with those of another. */
    final long inFrame(long rank, long now) {
        if (!ranksFall()) {
            return rank;
        }
        long sum = rank + now;
        return rank > 0 && sum < 0 ? Ticks.NEVER : sum;
    }

    /** When, after {@code now}, the rank of a running job or whether it must be kept may next change. */
    final long changesAfter(JobState job, long now) {
        if (!preempts() || !job.preemptible()) {
            return Ticks.NEVER;
        }
        long next = Math.min(later(protectedUntil(job), now), later(nextChange(job, now), now));
        if (letsFinish() && job.preemptionCost() > 0) {
            long end = expectedEnd(job);
            next = Math.min(next, Math.min(later(end - job.preemptionCost(), now), later(end, now)));
        }
        return next;
    }

    private static long later(long time, long now) {
        return time > now ? time : Ticks.NEVER;
    }

    @Override
    public final Decision decide(Snapshot snapshot, Instant now) {
        return new Pass(this, snapshot, Ticks.of(now)).run();
    }
}
