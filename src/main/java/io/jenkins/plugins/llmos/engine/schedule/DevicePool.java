package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The devices of this process's fleet, given to jobs by a policy. It takes a snapshot, lets the policy decide and carries
 * the decision out, whenever a job comes or leaves, and when the policy asked to be woken. Thread-safe; callbacks are
 * made from threads of the pool with no lock held.
 */
public final class DevicePool implements AutoCloseable {
    /** With more jobs than this, no start is predicted. */
    private static final int FORECAST_LIMIT = 200;

    private static final ThreadFactory DAEMON = task -> {
        Thread thread = new Thread(task, "llmos-pool");
        thread.setDaemon(true);
        return thread;
    };

    private final Fleet fleet;
    private final PoolSettings settings;
    private final SchedulingPolicy policy;
    private final Clock clock;
    private final DurationEstimator estimator;
    private final PoolListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Cluster cluster;
    private final Map<String, Ticket> tickets = new HashMap<>();
    private final Map<String, JobState> yielded = new HashMap<>();
    private final List<TimelineEntry> timeline = new ArrayList<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, DAEMON);
    private final ExecutorService notices = Executors.newSingleThreadExecutor(DAEMON);
    private final ExecutorService callbacks = Executors.newCachedThreadPool(DAEMON);
    private List<String> reserved = List.of();
    private Optional<Future<?>> wake = Optional.empty();
    private long sequence;
    private boolean closed;

    /** One call of {@link #acquire}, until its lease has been given back. */
    private static final class Ticket {
        final JobRequest request;
        final Runnable onYield;
        final Condition granted;
        Lease lease;
        boolean progress;
        PoolListener.Place place;

        Ticket(JobRequest request, Runnable onYield, Condition granted) {
            this.request = request;
            this.onYield = onYield;
            this.granted = granted;
        }
    }

    /** A pool on the system's clock that learns durations while it lives. */
    public DevicePool(Fleet fleet, PoolSettings settings) {
        this(fleet, settings, Clock.systemUTC(), new HistoryEstimator(), new PoolListener() {});
    }

    public DevicePool(Fleet fleet, PoolSettings settings, PoolListener listener) {
        this(fleet, settings, Clock.systemUTC(), new HistoryEstimator(), listener);
    }

    /**
     * @param clock read for every decision; timers run on the system's time, so after moving another clock by hand call
     *     {@link #decideNow}
     * @param estimator used by the pool alone from now on, under its lock
     */
    public DevicePool(
            Fleet fleet, PoolSettings settings, Clock clock, DurationEstimator estimator, PoolListener listener) {
        this.fleet = fleet;
        this.settings = settings;
        this.policy = Policies.create(settings);
        this.clock = clock;
        this.estimator = estimator;
        this.listener = listener;
        this.cluster = new Cluster(fleet, policy);
        timer.setRemoveOnCancelPolicy(true);
    }

    public Fleet fleet() {
        return fleet;
    }

    public PoolSettings settings() {
        return settings;
    }

    /**
     * Waits until the job holds its devices.
     *
     * @param onYield called at most once, from a thread of the pool, when the job is asked to yield: it should have the
     *     job checkpoint and leave, after which the holder calls {@link Lease#yielded} and asks again with the same
     *     request; a job that ends by itself instead simply closes its lease
     * @throws InvalidInputException if no machine of the fleet could ever give what is demanded
     * @throws InterruptedException if the thread is interrupted while it waits; the job has then left the queue
     * @throws IllegalStateException if a job of the same key waits or runs, or the pool is closed
     */
    public Lease acquire(JobRequest request, Runnable onYield) throws InterruptedException {
        if (!fleet.canEverHold(request.demand())) {
            throw new InvalidInputException(request.name() + " asks for " + request.demand()
                    + ", which no machine here can ever give: there is " + describe() + ". Ask for less, or for what"
                    + " one of these machines has.");
        }
        lock.lockInterruptibly();
        Ticket ticket = new Ticket(request, onYield, lock.newCondition());
        try {
            requireOpen();
            if (tickets.putIfAbsent(request.key(), ticket) != null) {
                throw new IllegalStateException("a job with the key " + request.key() + " already waits or runs");
            }
            cluster.add(enter(request));
            decide();
            while (ticket.lease == null) {
                requireOpen();
                ticket.granted.await();
            }
            return ticket.lease;
        } catch (InterruptedException e) {
            leave(ticket);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the device pool is closed");
        }
    }

    private String describe() {
        List<String> parts = new ArrayList<>();
        for (Fleet.Group group : fleet.groups()) {
            parts.add(group.devices().size() + " x " + group.sample().model() + " on "
                    + fleet.machine(group.machine()).name());
        }
        return parts.isEmpty() ? "no device" : String.join(", ", parts);
    }

    private JobState enter(JobRequest request) {
        long now = now();
        JobState before = yielded.remove(request.key());
        if (before != null) {
            return before.requeued(now);
        }
        long cost = Ticks.of(request.preemptionCost().orElse(settings.preemptionCost()));
        long estimate =
                Ticks.of(estimator.estimate(request.features(), Duration.ZERO).index());
        return JobState.arrived(request.key(), sequence++, request.owner(), request.demand(), now, estimate, cost)
                .withPriority(request.priority())
                .withPreemptible(request.preemptible());
    }

    /** Takes a job that no longer waits for its lease out again. */
    private void leave(Ticket ticket) {
        if (ticket.lease != null) {
            release(ticket.lease, ticket.request.key(), TimelineEntry.Outcome.FAILED);
        } else if (tickets.remove(ticket.request.key(), ticket)) {
            cluster.remove(ticket.request.key());
            decide();
        }
    }

    void release(Lease lease, String key, TimelineEntry.Outcome outcome) {
        lock.lock();
        try {
            Ticket ticket = tickets.get(key);
            if (ticket == null || ticket.lease != lease) {
                return;
            }
            tickets.remove(key);
            long now = now();
            JobState job = cluster.remove(key);
            Duration work = Duration.ofNanos(job.attainedAt(now));
            if (outcome == TimelineEntry.Outcome.YIELDED) {
                yielded.put(key, job.requeued(now));
            } else if (outcome == TimelineEntry.Outcome.COMPLETED) {
                estimator.completed(ticket.request.features(), work);
            }
            for (int i = 0; i < timeline.size(); i++) {
                TimelineEntry e = timeline.get(i);
                if (e.key().equals(key) && e.end().isEmpty()) {
                    timeline.set(
                            i,
                            new TimelineEntry(
                                    e.job(),
                                    key,
                                    e.machine(),
                                    e.device(),
                                    e.start(),
                                    Optional.of(Ticks.at(now)),
                                    e.attempt(),
                                    Optional.of(outcome)));
                }
            }
            notice(() -> listener.ended(key, ticket.request.name(), outcome));
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

    boolean yieldAsked(Lease lease, String key) {
        lock.lock();
        try {
            Ticket ticket = tickets.get(key);
            return ticket != null
                    && ticket.lease == lease
                    && cluster.job(key).run().orElseThrow().yielding();
        } finally {
            lock.unlock();
        }
    }

    void reportRemaining(Lease lease, String key, Duration remaining) {
        lock.lock();
        try {
            Ticket ticket = tickets.get(key);
            if (ticket == null || ticket.lease != lease) {
                return;
            }
            ticket.progress = true;
            JobState job = cluster.job(key);
            long done = job.attainedAt(now()) - job.attained();
            cluster.update(job.withRemaining(Ticks.plus(Math.max(0, Ticks.of(remaining)), done)));
            decide();
        } finally {
            lock.unlock();
        }
    }

    /** Who held what so far, in order of start; entries of runs that go on have no end. */
    public List<TimelineEntry> timeline() {
        lock.lock();
        try {
            return List.copyOf(timeline);
        } finally {
            lock.unlock();
        }
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

    /** Ends the pool: those that wait get an exception, those that run keep their devices. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            tickets.values().forEach(t -> t.granted.signalAll());
            timer.shutdownNow();
            notices.shutdown();
            callbacks.shutdown();
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
        announcePlaces(now);
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
        Ticket ticket = tickets.get(yield.job());
        String favoured = tickets.get(yield.inFavourOf()).request.name();
        notice(() -> listener.yielding(yield.job(), ticket.request.name(), favoured));
        callback(ticket.onYield);
    }

    private void grant(Decision.Start start, long now) {
        JobState job = cluster.start(start, now);
        Ticket ticket = tickets.get(start.job());
        Machine machine = fleet.machine(start.machine());
        List<Device> devices = machine.devices().stream()
                .filter(d -> start.devices().contains(d.index()))
                .toList();
        ticket.lease = new Lease(this, start.job(), machine, devices, job.attempt());
        Instant at = Ticks.at(now);
        List<Integer> shown = start.devices().isEmpty() ? List.of(-1) : start.devices();
        for (int device : shown) {
            timeline.add(new TimelineEntry(
                    ticket.request.name(),
                    start.job(),
                    machine.name(),
                    device,
                    at,
                    Optional.empty(),
                    job.attempt(),
                    Optional.empty()));
        }
        notice(() ->
                listener.started(start.job(), ticket.request.name(), machine.name(), start.devices(), job.attempt()));
        ticket.granted.signalAll();
    }

    private void announcePlaces(long now) {
        if (cluster.waitingCount() == 0) {
            return;
        }
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
        submit(notices, task);
    }

    private void callback(Runnable task) {
        submit(callbacks, task);
    }

    private static void submit(ExecutorService executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // the pool is being closed, nobody listens any more
        }
    }
}
