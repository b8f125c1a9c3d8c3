package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The devices of some machines, given to jobs by a policy. Nothing here waits: jobs are submitted, and a listener is told
 * what becomes of them. It takes a snapshot, lets the policy decide and carries the decision out, whenever a job comes or
 * leaves, when machines change, and when the policy asked to be woken. Thread-safe.
 */
public final class Allocator implements AutoCloseable {
    /** With more jobs than this, no start is predicted. */
    private static final int FORECAST_LIMIT = 200;
    /** Places in the queue are worked out no more often than this. */
    private static final Duration BETWEEN_PLACES = Duration.ofMillis(200);

    static final ThreadFactory DAEMON = task -> {
        Thread thread = new Thread(task, "llmos-pool");
        thread.setDaemon(true);
        return thread;
    };

    private final Clock clock;
    private final DurationEstimator estimator;
    private final PoolListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Ticket> tickets = new HashMap<>();
    private final Map<String, JobState> yielded = new HashMap<>();
    private final TimelineLog timeline = new TimelineLog();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, DAEMON);
    private final ExecutorService notices = Executors.newSingleThreadExecutor(DAEMON);
    private PoolSettings settings;
    private SchedulingPolicy policy;
    private List<Machine> machines;
    private Cluster cluster;
    /** Whether the fleet has devices only because somebody still holds them. */
    private boolean leftovers;

    private List<String> reserved = List.of();
    private Optional<Future<?>> wake = Optional.empty();
    private boolean placesDue;
    private boolean placesChanged;
    private long sequence;
    private boolean closed;

    /** A job that was submitted and has not ended. */
    private static final class Ticket {
        final JobRequest request;
        Allocation allocation;
        boolean progress;
        PoolListener.Place place;

        Ticket(JobRequest request) {
            this.request = request;
        }
    }

    /**
     * An allocator without jobs.
     *
     * @param clock read for every decision; timers run on the system's time, so after moving another clock by hand call
     *     {@link #decideNow}
     * @param estimator used by the allocator alone from now on, under its lock
     */
    public Allocator(
            Collection<Machine> machines,
            PoolSettings settings,
            Clock clock,
            DurationEstimator estimator,
            PoolListener listener) {
        this.machines = List.copyOf(machines);
        this.settings = settings;
        this.policy = Policies.create(settings);
        this.clock = clock;
        this.estimator = estimator;
        this.listener = listener;
        this.cluster = new Cluster(new Fleet(this.machines), policy);
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The machines as they are now, with those devices that are gone but not yet given back. */
    public Fleet fleet() {
        return locked(() -> cluster.fleet());
    }

    public PoolSettings settings() {
        return locked(() -> settings);
    }

    /** Schedules in another way from now on; runs go on. */
    public void change(PoolSettings value) {
        lock.lock();
        try {
            settings = value;
            policy = Policies.create(value);
            rebuild();
            decide();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note of the machines that there are now. Devices that are held stay with their holders even if they, or their
     * machine, are not among these; once given back they are given to nobody.
     */
    public void change(Collection<Machine> now) {
        lock.lock();
        try {
            if (machines.equals(List.copyOf(now))) {
                return;
            }
            machines = List.copyOf(now);
            rebuild();
            decide();
        } finally {
            lock.unlock();
        }
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
        for (Ticket ticket : tickets.values()) {
            if (ticket.allocation != null) {
                Map<Integer, Device> there = held.computeIfAbsent(ticket.allocation.machine(), m -> new HashMap<>());
                ticket.allocation.devices().forEach(d -> there.put(d.index(), d));
            }
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

    /**
     * Puts a job into the queue. The listener hears when it has its devices.
     *
     * @throws IllegalStateException if a job of the same key waits or runs, or the allocator is closed
     */
    public void submit(JobRequest request) {
        lock.lock();
        try {
            requireOpen();
            if (tickets.putIfAbsent(request.key(), new Ticket(request)) != null) {
                throw new IllegalStateException("a job with the key " + request.key() + " already waits or runs");
            }
            cluster.add(enter(request));
            decide();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes up a run that held its devices before this process began.
     *
     * @return false if one of the devices is already held by another; nothing has then changed
     * @throws IllegalStateException if a job of the same key waits or runs, or the allocator is closed
     */
    public boolean restore(JobRequest request, Allocation allocation) {
        lock.lock();
        try {
            requireOpen();
            if (tickets.containsKey(request.key())) {
                throw new IllegalStateException("a job with the key " + request.key() + " already waits or runs");
            }
            if (conflicts(request, allocation)) {
                return false;
            }
            Ticket ticket = new Ticket(request);
            ticket.allocation = allocation;
            tickets.put(request.key(), ticket);
            rebuild();
            JobState waiting = enter(request).withAttempt(allocation.attempt() - 1);
            cluster.add(waiting.started(new JobState.Run(
                    allocation.machine(),
                    cluster.fleet().position(allocation.machine()).orElseThrow(),
                    allocation.indexes(),
                    Ticks.of(allocation.since()),
                    allocation.attempt() > 1 ? waiting.preemptionCost() : 0,
                    false,
                    false)));
            timeline.begin(request.name(), allocation);
            decide();
            return true;
        } finally {
            lock.unlock();
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

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the device pool is closed");
        }
    }

    private JobState enter(JobRequest request) {
        long now = now();
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

    /** What a job holds, empty while it waits or if there is no such job. */
    public Optional<Allocation> allocation(String key) {
        return locked(() -> Optional.ofNullable(tickets.get(key)).map(t -> t.allocation));
    }

    /** All that is held. */
    public List<Allocation> allocations() {
        return locked(() -> tickets.values().stream()
                .map(t -> t.allocation)
                .filter(a -> a != null)
                .toList());
    }

    /** Takes a job out again that waits; nothing happens if there is none of that key, or it runs. */
    public void withdraw(String key) {
        lock.lock();
        try {
            Ticket ticket = tickets.get(key);
            if (ticket != null && ticket.allocation == null) {
                tickets.remove(key);
                cluster.remove(key);
                decide();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives devices back. Later calls for the same allocation do nothing.
     *
     * @param outcome {@code YIELDED} or {@code LOST} if the job will ask again with the same key: the time it has attained
     *     is then kept
     */
    public void release(Allocation allocation, TimelineEntry.Outcome outcome) {
        lock.lock();
        try {
            Ticket ticket = tickets.get(allocation.key());
            if (ticket == null || !allocation.equals(ticket.allocation)) {
                return;
            }
            String key = allocation.key();
            tickets.remove(key);
            long now = now();
            JobState job = cluster.remove(key);
            switch (outcome) {
                case YIELDED -> yielded.put(key, job.requeued(now));
                case LOST -> yielded.put(key, job.lost(now));
                case COMPLETED -> estimator.completed(ticket.request.features(), Duration.ofNanos(job.attainedAt(now)));
                case FAILED -> {}
            }
            timeline.end(key, Ticks.at(now), outcome);
            notice(() -> listener.ended(key, ticket.request.name(), outcome));
            if (leftovers) {
                rebuild();
            }
            decide();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a job that yielded and will not ask again. */
    public void forget(String key) {
        lock.lock();
        try {
            yielded.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the run has been asked to yield. */
    public boolean yieldAsked(Allocation allocation) {
        return locked(() -> holds(allocation)
                && cluster.job(allocation.key()).run().orElseThrow().yielding());
    }

    private boolean holds(Allocation allocation) {
        Ticket ticket = tickets.get(allocation.key());
        return ticket != null && allocation.equals(ticket.allocation);
    }

    /** Tells how much work is left, as measured by the run itself; it replaces every other estimate. */
    public void reportRemaining(Allocation allocation, Duration remaining) {
        lock.lock();
        try {
            if (!holds(allocation)) {
                return;
            }
            tickets.get(allocation.key()).progress = true;
            JobState job = cluster.job(allocation.key());
            long done = job.attainedAt(now()) - job.attained();
            cluster.update(job.withRemaining(Ticks.plus(Math.max(0, Ticks.of(remaining)), done)));
            decide();
        } finally {
            lock.unlock();
        }
    }

    /** Who held what so far, in order of start; entries of runs that go on have no end. */
    public List<TimelineEntry> timeline() {
        return locked(timeline::list);
    }

    /**
     * The runs of now and those to come, in order of their starts, if nobody else comes and every estimate is right; none
     * where there are too many jobs to say so, or nothing is known of how long one of them works.
     */
    public List<ForecastRun> forecast() {
        return locked(() -> cluster.jobs().size() > FORECAST_LIMIT || !estimable()
                ? List.of()
                : Forecast.runs(cluster, policy, now()));
    }

    /** Decides again at once. Only needed where the clock was moved by hand. */
    public void decideNow() {
        lock.lock();
        try {
            decide();
        } finally {
            lock.unlock();
        }
    }

    /** Decides nothing any more; those that run keep their devices. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            timer.shutdownNow();
            notices.shutdown();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    private long now() {
        return Ticks.of(clock.instant());
    }

    private void decide() {
        if (closed) {
            return;
        }
        long now = now();
        refreshEstimates(now);
        Decision decision = policy.decide(cluster.snapshot(), Ticks.at(now));
        for (Decision.Yield yield : decision.yields()) {
            ask(yield);
        }
        for (Decision.Start start : decision.starts()) {
            if (!start.deferred()) {
                grant(start, now);
            }
        }
        cluster.reserve(decision.reservations(), reserved);
        reserved =
                decision.reservations().stream().map(Decision.Reservation::job).toList();
        wake.ifPresent(w -> w.cancel(false));
        wake = decision.wake().map(at -> {
            long delay = Math.max(1, Ticks.of(at) - now);
            return timer.schedule(this::decideNow, delay, TimeUnit.NANOSECONDS);
        });
        placesChanged = true;
        if (!placesDue && cluster.waitingCount() > 0) {
            placesDue = true;
            timer.execute(this::announcePlaces);
        }
    }

    /** A job that has worked longer than was thought needs a new estimate, given that. */
    private void refreshEstimates(long now) {
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

    private void ask(Decision.Yield yield) {
        cluster.update(cluster.job(yield.job()).asked());
        String name = tickets.get(yield.job()).request.name();
        String favoured = tickets.get(yield.inFavourOf()).request.name();
        notice(() -> listener.yielding(yield.job(), name, yield.inFavourOf(), favoured));
    }

    private void grant(Decision.Start start, long now) {
        JobState job = cluster.start(start, now);
        Ticket ticket = tickets.get(start.job());
        Machine machine = cluster.fleet().machine(start.machine());
        List<Device> devices = machine.devices().stream()
                .filter(d -> start.devices().contains(d.index()))
                .toList();
        Instant at = Ticks.at(now);
        Allocation allocation = new Allocation(start.job(), machine.name(), devices, job.attempt(), at);
        ticket.allocation = allocation;
        ticket.place = null;
        timeline.begin(ticket.request.name(), allocation);
        notice(() -> listener.started(ticket.request.name(), allocation));
    }

    private void announcePlaces() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (!placesChanged || cluster.waitingCount() == 0) {
                placesDue = false;
                return;
            }
            placesChanged = false;
            var unused = timer.schedule(this::announcePlaces, BETWEEN_PLACES.toMillis(), TimeUnit.MILLISECONDS);
            long now = now();
            List<JobState> waiting = Forecast.inOrder(cluster, policy, settings, now);
            Map<String, Long> starts = cluster.jobs().size() > FORECAST_LIMIT || !estimable()
                    ? Map.of()
                    : Forecast.starts(cluster, policy, now);
            for (int i = 0; i < waiting.size(); i++) {
                Ticket ticket = tickets.get(waiting.get(i).id());
                Optional<Duration> predicted =
                        Optional.ofNullable(starts.get(ticket.request.key())).map(t -> Duration.ofNanos(t - now));
                PoolListener.Place place = new PoolListener.Place(
                        ticket.request.key(), ticket.request.name(), i + 1, waiting.size(), predicted);
                if (!place.equals(ticket.place)) {
                    ticket.place = place;
                    notice(() -> listener.waiting(place));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is any ground for every estimate in use. */
    private boolean estimable() {
        return tickets.values().stream()
                .allMatch(t -> t.progress
                        || estimator
                                        .estimate(t.request.features(), Duration.ZERO)
                                        .source()
                                != Estimate.Source.NONE);
    }

    private void notice(Runnable task) {
        try {
            notices.execute(task);
        } catch (RejectedExecutionException e) {
            // the allocator is being closed, nobody listens any more
        }
    }
}
