package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The books of an {@link Allocator}: which jobs wait, which hold what, and the machines that there are. It decides nothing
 * and tells nobody. Not thread-safe.
 */
final class Bookings {
    private final DurationEstimator estimator;
    private final Map<String, Ticket> tickets = new HashMap<>();
    private final Map<String, JobState> yielded = new HashMap<>();
    private PoolSettings settings;
    private SchedulingPolicy policy;
    private List<Machine> machines;
    private Cluster cluster;
    /** Whether the fleet has devices only because somebody still holds them. */
    private boolean leftovers;

    private long sequence;

    /** A job that was submitted and has not ended. */
    static final class Ticket {
        private final JobRequest request;
        private Allocation allocation;
        private boolean progress;
        /** What was last said of its place, null if nothing. */
        PoolListener.Place place;

        Ticket(JobRequest request) {
            this.request = request;
        }

        JobRequest request() {
            return request;
        }

        /** What it holds, null while it waits. */
        Allocation allocation() {
            return allocation;
        }
    }

    Bookings(Collection<Machine> machines, PoolSettings settings, DurationEstimator estimator) {
        this.machines = List.copyOf(machines);
        this.settings = settings;
        this.policy = Policies.create(settings);
        this.estimator = estimator;
        this.cluster = new Cluster(new Fleet(this.machines), policy);
    }

    Cluster cluster() {
        return cluster;
    }

    PoolSettings settings() {
        return settings;
    }

    SchedulingPolicy policy() {
        return policy;
    }

    /** The ticket of a key, or null. */
    Ticket ticket(String key) {
        return tickets.get(key);
    }

    List<Allocation> allocations() {
        return tickets.values().stream()
                .map(Ticket::allocation)
                .filter(a -> a != null)
                .toList();
    }

    boolean holds(Allocation allocation) {
        Ticket ticket = tickets.get(allocation.key());
        return ticket != null && allocation.equals(ticket.allocation);
    }

    void change(PoolSettings value) {
        settings = value;
        policy = Policies.create(value);
        rebuild();
    }

    /** Returns whether anything has changed. */
    boolean change(Collection<Machine> now) {
        if (machines.equals(List.copyOf(now))) {
            return false;
        }
        machines = List.copyOf(now);
        rebuild();
        return true;
    }

    private void rebuild() {
        Cluster before = cluster;
        Fleet fleet = new Fleet(withHeld());
        cluster = new Cluster(fleet, policy);
        for (JobState job : before.jobs()) {
            if (job.waiting()) {
                OptionalInt kept = job.reserved() < 0
                        ? OptionalInt.empty()
                        : fleet.position(before.fleet().machine(job.reserved()).name());
                cluster.add(job.withReserved(kept.orElse(-1)));
            } else {
                cluster.add(
                        job.at(fleet.position(job.run().orElseThrow().machine()).orElseThrow()));
            }
        }
    }

    /** The machines, and what of the devices that are held is not among theirs. */
    private List<Machine> withHeld() {
        Map<String, Map<Integer, Device>> held = new HashMap<>();
        for (Allocation allocation : allocations()) {
            Map<Integer, Device> there = held.computeIfAbsent(allocation.machine(), m -> new HashMap<>());
            allocation.devices().forEach(d -> there.put(d.index(), d));
        }
        leftovers = false;
        List<Machine> all = new ArrayList<>(machines.size());
        for (Machine machine : machines) {
            Fleet alone = Fleet.of(machine);
            Map<Integer, Device> missing = new HashMap<>(held.getOrDefault(machine.name(), Map.of()));
            held.remove(machine.name());
            missing.keySet().removeIf(index -> alone.slot(0, index) >= 0);
            if (missing.isEmpty()) {
                all.add(machine);
            } else {
                leftovers = true;
                List<Device> devices = new ArrayList<>(machine.devices());
                devices.removeIf(d -> missing.containsKey(d.index()));
                devices.addAll(missing.values());
                all.add(machine.withDevices(devices));
            }
        }
        held.forEach((name, devices) -> {
            leftovers = true;
            all.add(Machine.of(name, List.copyOf(devices.values())).with(name, 0, Set.of()));
        });
        return all;
    }

    /** @throws IllegalStateException if a job of the same key waits or runs */
    void submit(JobRequest request, long now) {
        requireNew(request);
        tickets.put(request.key(), new Ticket(request));
        cluster.add(enter(request, now));
    }

    /**
     * Takes up a run that held its devices before.
     *
     * @return false if one of the devices is already held by another; nothing has then changed
     * @throws IllegalStateException if a job of the same key waits or runs
     */
    boolean restore(JobRequest request, Allocation allocation, long now) {
        requireNew(request);
        if (conflicts(request, allocation)) {
            return false;
        }
        Ticket ticket = new Ticket(request);
        ticket.allocation = allocation;
        tickets.put(request.key(), ticket);
        rebuild();
        JobState waiting = enter(request, now).withAttempt(allocation.attempt() - 1);
        cluster.add(waiting.started(new JobState.Run(
                allocation.machine(),
                cluster.fleet().position(allocation.machine()).orElseThrow(),
                allocation.indexes(),
                Ticks.of(allocation.since()),
                allocation.attempt() > 1 ? waiting.preemptionCost() : 0,
                false,
                false)));
        return true;
    }

    private void requireNew(JobRequest request) {
        if (tickets.containsKey(request.key())) {
            throw new IllegalStateException("a job with the key " + request.key() + " already waits or runs");
        }
    }

    private boolean conflicts(JobRequest request, Allocation wanted) {
        Map<Integer, Integer> used = new HashMap<>();
        for (Ticket ticket : tickets.values()) {
            if (ticket.allocation != null && ticket.allocation.machine().equals(wanted.machine())) {
                for (int index : ticket.allocation.indexes()) {
                    used.merge(index, ticket.request.demand().shareMilli(), Integer::sum);
                }
            }
        }
        Set<Integer> seen = new HashSet<>();
        return wanted.indexes().stream()
                .anyMatch(i -> !seen.add(i)
                        || used.getOrDefault(i, 0) + request.demand().shareMilli() > Demand.WHOLE);
    }

    private JobState enter(JobRequest request, long now) {
        JobState before = yielded.remove(request.key());
        if (before != null) {
            return before.again(request.demand(), now);
        }
        long cost = Ticks.of(request.preemptionCost().orElse(settings.preemptionCost()));
        long estimate =
                Ticks.of(estimator.estimate(request.features(), Duration.ZERO).index());
        return JobState.arrived(request.key(), sequence++, request.owner(), request.demand(), now, estimate, cost)
                .withPriority(request.priority())
                .withPreemptible(request.preemptible());
    }

    /** Gives a job what a decision says that it gets. */
    Allocation grant(Decision.Start start, long now) {
        JobState job = cluster.start(start, now);
        Ticket ticket = tickets.get(start.job());
        Machine machine = cluster.fleet().machine(start.machine());
        List<Device> devices = machine.devices().stream()
                .filter(d -> start.devices().contains(d.index()))
                .toList();
        Instant at = Ticks.at(now);
        ticket.allocation = new Allocation(start.job(), machine.name(), devices, job.attempt(), at);
        ticket.place = null;
        return ticket.allocation;
    }

    /** Takes a job out that waits; returns false if there is none of that key, or it runs. */
    boolean withdraw(String key) {
        Ticket ticket = tickets.get(key);
        if (ticket == null || ticket.allocation != null) {
            return false;
        }
        tickets.remove(key);
        cluster.remove(key);
        return true;
    }

    /** Takes back what is held, see {@link Allocator#release}. */
    void release(Allocation allocation, TimelineEntry.Outcome outcome, long now) {
        String key = allocation.key();
        Ticket ticket = tickets.remove(key);
        JobState job = cluster.remove(key);
        switch (outcome) {
            case YIELDED -> yielded.put(key, job.requeued(now));
            case LOST -> yielded.put(key, job.lost(now));
            case COMPLETED -> estimator.completed(ticket.request.features(), Duration.ofNanos(job.attainedAt(now)));
            case FAILED -> {}
        }
        if (leftovers) {
            rebuild();
        }
    }

    /** Forgets a job that yielded and will not ask again. */
    void forget(String key) {
        yielded.remove(key);
    }

    /** Takes note of how much work is left by a run's own account, which replaces every other estimate. */
    void remaining(Allocation allocation, Duration remaining, long now) {
        tickets.get(allocation.key()).progress = true;
        JobState job = cluster.job(allocation.key());
        long done = job.attainedAt(now) - job.attained();
        cluster.update(job.withRemaining(Ticks.plus(Math.max(0, Ticks.of(remaining)), done)));
    }

    /** A job that has worked longer than was thought needs a new estimate, given that. */
    void refreshEstimates(long now) {
        for (JobState job : List.copyOf(cluster.running())) {
            Ticket ticket = tickets.get(job.id());
            if (ticket != null && !ticket.progress && job.remainingAt(now) == 0) {
                long attained = job.attainedAt(now);
                long left = Ticks.of(estimator
                        .estimate(ticket.request.features(), Duration.ofNanos(attained))
                        .index());
                cluster.update(job.withRemaining(Ticks.plus(left, attained - job.attained())));
            }
        }
    }

    /** Whether there is any ground for every estimate in use. */
    boolean estimable() {
        return tickets.values().stream()
                .allMatch(t -> t.progress
                        || estimator
                                        .estimate(t.request.features(), Duration.ZERO)
                                        .source()
                                != Estimate.Source.NONE);
    }
}
