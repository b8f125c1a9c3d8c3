package io.jenkins.plugins.llmos.engine.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a policy wants done, in this order: yields, starts, reservations. It names jobs by their id and machines by
 * their position in the snapshot's fleet.
 *
 * @param yields running jobs to be asked to yield
 * @param starts waiting jobs and the devices they get
 * @param reservations machines kept for jobs that have aged; a job of an earlier reservation that is not named has lost
 *     it
 * @param wake when to decide again though no job comes or ends; empty if there is no need
 * @param lost running jobs whose devices do not exist or belong to another: their runs are void
 * @param messages what was contradictory in the snapshot and how it was understood, for people
 */
public record Decision(
        List<Yield> yields,
        List<Start> starts,
        List<Reservation> reservations,
        Optional<Instant> wake,
        List<String> lost,
        List<String> messages) {
    /** One running job is asked to yield, to make room for {@code inFavourOf}. */
    public record Yield(String job, String inFavourOf) {}

    /**
     * One waiting job starts.
     *
     * @param devices indexes on the machine, ascending; empty if it asked for none
     * @param aged whether it goes first because of its age
     * @param deferred whether some of the devices are still held by jobs that yield: it starts once they have left
     */
    public record Start(String job, int machine, List<Integer> devices, boolean aged, boolean deferred) {
        public Start {
            devices = List.copyOf(devices);
        }
    }

    /** A machine takes no other job until this one fits. */
    public record Reservation(String job, int machine) {}

    public Decision {
        yields = List.copyOf(yields);
        starts = List.copyOf(starts);
        reservations = List.copyOf(reservations);
        lost = List.copyOf(lost);
        messages = List.copyOf(messages);
    }

    /** Whether nothing is to be started or stopped. */
    public boolean idle() {
        return yields.isEmpty() && starts.isEmpty() && lost.isEmpty();
    }
}
