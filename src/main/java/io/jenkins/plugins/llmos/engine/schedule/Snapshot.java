package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * All that a policy may look at, not to be changed while it looks. Waiting jobs come grouped by what they demand: when
 * one of a group cannot be placed, those behind it cannot either, so that a decision looks at few of many.
 */
public sealed interface Snapshot permits CheckedSnapshot, Cluster.View {
    /** Waiting jobs with the same demand. */
    interface Line {
        Demand demand();

        /** The first job in the given order. */
        JobState first(Comparator<JobState> order);

        /** The jobs in the given order. */
        Iterator<JobState> inOrder(Comparator<JobState> order);

        /** The job that has waited longest, the first of {@link #byAge}. */
        JobState oldest();

        /** The jobs, longest waiting first; ties by sequence. */
        Iterator<JobState> byAge();

        /** The earliest {@link JobState#queuedAt} after a time, {@link Ticks#NEVER} if there is none. */
        long nextQueuedAfter(long time);
    }

    /** A device that something unknown to the scheduler holds. */
    record Hold(String machine, int device, String holder) {}

    Fleet fleet();

    /** The running jobs, in any order that is the same for the same facts. */
    Collection<JobState> running();

    /** The waiting jobs by demand, in any order that is the same for the same facts. */
    Collection<? extends Line> lines();

    /** The waiting jobs by demand, the group of the job that has waited longest first. */
    Iterator<? extends Line> linesByAge();

    /**
     * The waiting jobs by demand, apart for each {@link #lane} and within it in the order of the first job of each group:
     * where a lane's first cannot have enough devices, the whole lane can be passed over.
     */
    Map<Integer, ? extends Iterator<? extends Line>> lanes(Comparator<JobState> order);

    /** The lane of demands for a part of a device. */
    int SHARES = -1;

    /** The lane of demands for no device. */
    int NO_DEVICE = 0;

    /** The lane of a demand: how many whole devices it asks for, or {@link #SHARES}. */
    static int lane(Demand demand) {
        return demand.fractional() ? SHARES : demand.gpus();
    }

    int waitingCount();

    /** What the running jobs and the holds take; the caller's to change, until it asks again. */
    Occupancy occupancy();

    /** The running jobs in the order of a policy that preempts. */
    RunningOrder running(RankedPolicy policy, long now);

    /** Devices held by things that are not jobs of ours. */
    List<Hold> holds();

    /** Running jobs whose runs are void, see {@link Decision#lost}. */
    List<String> lost();

    /** Contradictions found, and how they were understood. */
    List<String> messages();

    /**
     * A snapshot of facts from anywhere. Contradictions among them are repaired, with a message each: a job listed twice
     * or both waiting and running, a run on a machine or device that is gone, a device held by two jobs, a job that
     * holds fewer devices than it asked for, a waiting job that no machine could ever hold.
     */
    static Snapshot of(Fleet fleet, Collection<JobState> jobs, Collection<Hold> holds) {
        return new CheckedSnapshot(fleet, jobs, holds);
    }
}
