package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a scheduler knows about one job, waiting or running. All times are {@link Ticks}.
 *
 * @param id unique among the jobs of a snapshot
 * @param sequence order of arrival, unique; the last tie-break of every policy
 * @param owner who is charged for it, empty if nobody
 * @param demand what it asks for
 * @param priority higher goes first
 * @param preemptible whether it may be asked to yield
 * @param arrival when it first came
 * @param queuedAt when it last began to wait
 * @param attained work done in all finished runs
 * @param remaining estimated work still to do, counted from {@code queuedAt} or from the start of the run
 * @param preemptionCost what being preempted costs it: checkpoint and restart together
 * @param attempt runs begun so far, 0 before the first
 * @param reserved position of the machine reserved for it, −1 for none
 * @param run its present run, empty while it waits
 */
public record JobState(
        String id,
        long sequence,
        String owner,
        Demand demand,
        int priority,
        boolean preemptible,
        long arrival,
        long queuedAt,
        long attained,
        long remaining,
        long preemptionCost,
        int attempt,
        int reserved,
        Optional<Run> run) {

    /**
     * One run of a job.
     *
     * @param machine name of the machine
     * @param position the machine's position in the fleet
     * @param devices indexes of the devices held, ascending
     * @param startedAt when the devices were given
     * @param overhead time at its beginning in which no work is done: the restart after a preemption
     * @param aged whether it started because it had waited longer than the ageing bound
     * @param yielding whether it has been asked to yield and still holds its devices
     */
    public record Run(
            String machine,
            int position,
            List<Integer> devices,
            long startedAt,
            long overhead,
            boolean aged,
            boolean yielding) {
        public Run {
            devices = List.copyOf(devices);
        }
    }

    public JobState {
        Objects.requireNonNull(id);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(demand);
        Objects.requireNonNull(run);
        if (attained < 0 || remaining < 0 || preemptionCost < 0 || attempt < 0) {
            throw new IllegalArgumentException("job " + id + " has a negative time or count");
        }
    }

    /** A job that has just come. */
    public static JobState arrived(
            String id, long sequence, String owner, Demand demand, long arrival, long estimate, long preemptionCost) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                0,
                true,
                arrival,
                arrival,
                0,
                estimate,
                preemptionCost,
                0,
                -1,
                Optional.empty());
    }

    public JobState withPriority(int value) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                value,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt,
                reserved,
                run);
    }

    public JobState withPreemptible(boolean value) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                value,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt,
                reserved,
                run);
    }

    /** The same job with another estimate of its remaining work, counted as {@link #remaining} is. */
    public JobState withRemaining(long value) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                Math.max(0, value),
                preemptionCost,
                attempt,
                reserved,
                run);
    }

    public JobState withReserved(int machine) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt,
                machine,
                run);
    }

    /** The job with its next run begun. */
    public JobState started(Run newRun) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt + 1,
                -1,
                Optional.of(newRun));
    }

    /** The running job, its machine standing at another position of the fleet. */
    JobState at(int position) {
        Run r = run.orElseThrow();
        Run moved = new Run(r.machine, position, r.devices, r.startedAt, r.overhead, r.aged, r.yielding);
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt,
                reserved,
                Optional.of(moved));
    }

    /** The running job, asked to yield. */
    public JobState asked() {
        Run r = run.orElseThrow();
        Run asked = new Run(r.machine, r.position, r.devices, r.startedAt, r.overhead, r.aged, true);
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                attempt,
                reserved,
                Optional.of(asked));
    }

    /** The running job, back in the queue with the work of its run kept. */
    public JobState requeued(long now) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                now,
                attainedAt(now),
                remainingAt(now),
                preemptionCost,
                attempt,
                -1,
                Optional.empty());
    }

    /** The running job, back in the queue with nothing of its run kept. */
    JobState lost(long now) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                now,
                attained,
                remaining,
                preemptionCost,
                attempt,
                -1,
                Optional.empty());
    }

    /** The job that asks again after it has yielded, perhaps for something else. */
    JobState again(Demand newDemand, long now) {
        return new JobState(
                id,
                sequence,
                owner,
                newDemand,
                priority,
                preemptible,
                arrival,
                now,
                attained,
                remaining,
                preemptionCost,
                attempt,
                -1,
                Optional.empty());
    }

    JobState withAttempt(int value) {
        return new JobState(
                id,
                sequence,
                owner,
                demand,
                priority,
                preemptible,
                arrival,
                queuedAt,
                attained,
                remaining,
                preemptionCost,
                value,
                reserved,
                run);
    }

    public boolean waiting() {
        return run.isEmpty();
    }

    /** Work done by {@code now}, the present run included. */
    public long attainedAt(long now) {
        return run.isEmpty() ? attained : attained + Math.max(0, now - run.get().startedAt - run.get().overhead);
    }

    /** Estimated work left at {@code now}, 0 if the estimate has been outrun. */
    public long remainingAt(long now) {
        return run.isEmpty()
                ? remaining
                : Math.max(0, remaining - Math.max(0, now - run.get().startedAt - run.get().overhead));
    }

    /** Estimated time for which it still needs devices: the work left and the restart that comes before it. */
    public long timeLeftAt(long now) {
        if (run.isEmpty()) {
            return remaining + (attempt > 0 ? preemptionCost : 0);
        }
        return remainingAt(now) + Math.max(0, run.get().startedAt + run.get().overhead - now);
    }
}
