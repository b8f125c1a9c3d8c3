package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
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
    private final PoolListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Bookings books;
    private final TimelineLog timeline = new TimelineLog();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, DAEMON);
    private final ExecutorService notices = Executors.newSingleThreadExecutor(DAEMON);

    private List<String> reserved = List.of();
    private Optional<Future<?>> wake = Optional.empty();
    private boolean placesDue;
    private boolean placesChanged;
    private boolean closed;

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
        this.books = new Bookings(machines, settings, estimator);
        this.clock = clock;
        this.listener = listener;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The machines as they are now, with those devices that are gone but not yet given back. */
    public Fleet fleet() {
        return locked(() -> books.cluster().fleet());
    }

    public PoolSettings settings() {
        return locked(books::settings);
    }

    /** Schedules in another way from now on; runs go on. */
    public void change(PoolSettings value) {
        locked(() -> {
            books.change(value);
            decide();
        });
    }

    /**
     * Takes note of the machines that there are now. Devices that are held stay with their holders even if they, or their
     * machine, are not among these; once given back they are given to nobody.
     */
    public void change(Collection<Machine> now) {
        locked(() -> {
            if (books.change(now)) {
                decide();
            }
        });
    }

    /**
     * Puts a job into the queue. The listener hears when it has its devices.
     *
     * @throws IllegalStateException if a job of the same key waits or runs, or the allocator is closed
     */
    public void submit(JobRequest request) {
        locked(() -> {
            requireOpen();
            books.submit(request, now());
            decide();
        });
    }

    /**
     * Takes up a run that held its devices before this process began.
     *
     * @return false if one of the devices is already held by another; nothing has then changed
     * @throws IllegalStateException if a job of the same key waits or runs, or the allocator is closed
     */
    public boolean restore(JobRequest request, Allocation allocation) {
        return locked(() -> {
            requireOpen();
            if (!books.restore(request, allocation, now())) {
                return false;
            }
            timeline.begin(request.name(), allocation);
            decide();
            return true;
        });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the device pool is closed");
        }
    }

    /** What a job holds, empty while it waits or if there is no such job. */
    public Optional<Allocation> allocation(String key) {
        return locked(() -> Optional.ofNullable(books.ticket(key)).map(Bookings.Ticket::allocation));
    }

    /** All that is held. */
    public List<Allocation> allocations() {
        return locked(books::allocations);
    }

    /** Takes a job out again that waits; nothing happens if there is none of that key, or it runs. */
    public void withdraw(String key) {
        locked(() -> {
            if (books.withdraw(key)) {
                decide();
            }
        });
    }

    /**
     * Gives devices back. Later calls for the same allocation do nothing.
     *
     * @param outcome {@code YIELDED} or {@code LOST} if the job will ask again with the same key: the time it has attained
     *     is then kept
     */
    public void release(Allocation allocation, TimelineEntry.Outcome outcome) {
        locked(() -> {
            if (!books.holds(allocation)) {
                return;
            }
            String key = allocation.key();
            String name = books.ticket(key).request().name();
            long now = now();
            books.release(allocation, outcome, now);
            timeline.end(key, Ticks.at(now), outcome);
            notice(() -> listener.ended(key, name, outcome));
            decide();
        });
    }

    /** Forgets a job that yielded and will not ask again. */
    public void forget(String key) {
        locked(() -> books.forget(key));
    }

    /** Whether the run has been asked to yield. */
    public boolean yieldAsked(Allocation allocation) {
        return locked(() -> books.holds(allocation)
                && books.cluster().job(allocation.key()).run().orElseThrow().yielding());
    }

    /** Tells how much work is left, as measured by the run itself; it replaces every other estimate. */
    public void reportRemaining(Allocation allocation, Duration remaining) {
        locked(() -> {
            if (books.holds(allocation)) {
                books.remaining(allocation, remaining, now());
                decide();
            }
        });
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
        return locked(() -> books.cluster().jobs().size() > FORECAST_LIMIT || !books.estimable()
                ? List.of()
                : Forecast.runs(books.cluster(), books.policy(), now()));
    }

    /** Decides again at once. Only needed where the clock was moved by hand. */
    public void decideNow() {
        locked(this::decide);
    }

    /** Decides nothing any more; those that run keep their devices. */
    @Override
    public void close() {
        locked(() -> {
            closed = true;
            timer.shutdownNow();
            notices.shutdown();
        });
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
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
        books.refreshEstimates(now);
        Cluster cluster = books.cluster();
        Decision decision = books.policy().decide(cluster.snapshot(), Ticks.at(now));
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

    private void ask(Decision.Yield yield) {
        books.cluster().update(books.cluster().job(yield.job()).asked());
        String name = books.ticket(yield.job()).request().name();
        String favoured = books.ticket(yield.inFavourOf()).request().name();
        notice(() -> listener.yielding(yield.job(), name, yield.inFavourOf(), favoured));
    }

    private void grant(Decision.Start start, long now) {
        Allocation allocation = books.grant(start, now);
        String name = books.ticket(start.job()).request().name();
        timeline.begin(name, allocation);
        notice(() -> listener.started(name, allocation));
    }

    private void announcePlaces() {
        locked(() -> {
            if (closed) {
                return;
            }
            Cluster cluster = books.cluster();
            if (!placesChanged || cluster.waitingCount() == 0) {
                placesDue = false;
                return;
            }
            placesChanged = false;
            var unused = timer.schedule(this::announcePlaces, BETWEEN_PLACES.toMillis(), TimeUnit.MILLISECONDS);
            long now = now();
            List<JobState> waiting = Forecast.inOrder(cluster, books.policy(), books.settings(), now);
            Map<String, Long> starts = cluster.jobs().size() > FORECAST_LIMIT || !books.estimable()
                    ? Map.of()
                    : Forecast.starts(cluster, books.policy(), now);
            for (int i = 0; i < waiting.size(); i++) {
                Bookings.Ticket ticket = books.ticket(waiting.get(i).id());
                String key = ticket.request().key();
                Optional<Duration> predicted =
                        Optional.ofNullable(starts.get(key)).map(t -> Duration.ofNanos(t - now));
                PoolListener.Place place =
                        new PoolListener.Place(key, ticket.request().name(), i + 1, waiting.size(), predicted);
                if (!place.equals(ticket.place)) {
                    ticket.place = place;
                    notice(() -> listener.waiting(place));
                }
            }
        });
    }

    private void notice(Runnable task) {
        try {
            notices.execute(task);
        } catch (RejectedExecutionException e) {
            // the allocator is being closed, nobody listens any more
        }
    }
}
