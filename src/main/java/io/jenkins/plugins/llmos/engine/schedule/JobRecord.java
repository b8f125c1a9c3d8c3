package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A job that has ended, or what is known so far of one that has not.
 *
 * @param pool whose devices it used
 * @param key the job's key
 * @param job name that runs of the same job share
 * @param owner whose it is, empty if unknown
 * @param demand what it asked for
 * @param arrival when it first asked
 * @param estimate how long its user said it would work, null for nothing
 * @param priority higher goes first
 * @param runs its runs in order; the last of a job that runs has no end
 * @param outcome how it ended, null while it has not
 */
public record JobRecord(
        String pool,
        String key,
        String job,
        String owner,
        Demand demand,
        Instant arrival,
        Duration estimate,
        int priority,
        List<Run> runs,
        TimelineEntry.Outcome outcome) {
    public JobRecord {
        Objects.requireNonNull(pool);
        Objects.requireNonNull(key);
        Objects.requireNonNull(job);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(demand);
        Objects.requireNonNull(arrival);
        runs = List.copyOf(runs);
    }

    /**
     * Devices held from a start to a yield or an end.
     *
     * @param machine name of the machine
     * @param devices indexes on it; empty if the job asked for none
     * @param start when they were given
     * @param end when they were given back, null while they are held
     * @param outcome why, null while they are held
     */
    public record Run(
            String machine, List<Integer> devices, Instant start, Instant end, TimelineEntry.Outcome outcome) {
        public Run {
            Objects.requireNonNull(machine);
            Objects.requireNonNull(start);
            devices = List.copyOf(devices);
        }

        /** A run that begins. */
        public static Run begin(Allocation allocation) {
            return new Run(allocation.machine(), allocation.indexes(), allocation.since(), null, null);
        }

        /** The same run, ended. */
        public Run ended(Instant at, TimelineEntry.Outcome how) {
            return new Run(machine, devices, start, at, how);
        }
    }

    /**
     * The time in which it worked: its runs, without those whose work was lost with their machine, and without what each
     * start after the first took to get going again.
     *
     * @param restart what such a start takes
     */
    public Duration work(Duration restart) {
        Duration sum = Duration.ZERO;
        boolean again = false;
        for (Run run : runs) {
            if (run.end != null && run.outcome != TimelineEntry.Outcome.LOST) {
                Duration held = Duration.between(run.start, run.end);
                Duration worked = again ? held.minus(restart) : held;
                sum = sum.plus(worked.isNegative() ? Duration.ZERO : worked);
            }
            again = true;
        }
        return sum;
    }
}
