package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The devices of this process's fleet for threads that wait: an {@link Allocator} behind a call that blocks. Thread-safe;
 * callbacks are made from threads of the pool with no lock held.
 */
public final class DevicePool implements AutoCloseable {
    private final Fleet fleet;
    private final Allocator allocator;
    private final Map<String, Waiter> waiters = new ConcurrentHashMap<>();
    private final ExecutorService callbacks = Executors.newCachedThreadPool(Allocator.DAEMON);

    /** One call of {@link #acquire}, until its lease has been given back. */
    private record Waiter(CompletableFuture<Allocation> granted, Runnable onYield) {}

    /** A pool on the system's clock that learns durations while it lives. */
    public DevicePool(Fleet fleet, PoolSettings settings) {
        this(fleet, settings, new PoolListener() {});
    }

    public DevicePool(Fleet fleet, PoolSettings settings, PoolListener listener) {
        this.fleet = fleet;
        this.allocator = new Allocator(
                fleet.machines(), settings, Clock.systemUTC(), new HistoryEstimator(), new Relay(listener));
    }

    public Fleet fleet() {
        return fleet;
    }

    public PoolSettings settings() {
        return allocator.settings();
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
        Waiter waiter = new Waiter(new CompletableFuture<>(), onYield);
        if (waiters.putIfAbsent(request.key(), waiter) != null) {
            throw new IllegalStateException("a job with the key " + request.key() + " already waits or runs");
        }
        try {
            allocator.submit(request);
            Allocation allocation = waiter.granted.get();
            return new Lease(
                    this,
                    allocation,
                    fleet.machine(fleet.position(allocation.machine()).orElseThrow()));
        } catch (InterruptedException e) {
            waiters.remove(request.key(), waiter);
            allocator.withdraw(request.key());
            allocator.allocation(request.key()).ifPresent(a -> allocator.release(a, TimelineEntry.Outcome.FAILED));
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the device pool is closed", e);
        } catch (RuntimeException e) {
            waiters.remove(request.key(), waiter);
            throw e;
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

    void release(Allocation allocation, TimelineEntry.Outcome outcome) {
        Waiter waiter = waiters.get(allocation.key());
        if (waiter != null && allocation.equals(waiter.granted.getNow(null))) {
            waiters.remove(allocation.key(), waiter);
            allocator.release(allocation, outcome);
        }
    }

    boolean yieldAsked(Allocation allocation) {
        return allocator.yieldAsked(allocation);
    }

    void reportRemaining(Allocation allocation, Duration remaining) {
        allocator.reportRemaining(allocation, remaining);
    }

    /** Forgets a job that yielded and will not ask again. */
    public void forget(String key) {
        allocator.forget(key);
    }

    /** Who held what so far, in order of start; entries of runs that go on have no end. */
    public List<TimelineEntry> timeline() {
        return allocator.timeline();
    }

    /** Ends the pool: those that wait get an exception, those that run keep their devices. */
    @Override
    public void close() {
        allocator.close();
        callbacks.shutdown();
        waiters.values()
                .forEach(w -> w.granted.completeExceptionally(new IllegalStateException("the device pool is closed")));
    }

    /** Wakes those that wait, and passes on what it hears. */
    private final class Relay implements PoolListener {
        private final PoolListener next;

        Relay(PoolListener next) {
            this.next = next;
        }

        @Override
        public void waiting(Place place) {
            next.waiting(place);
        }

        @Override
        public void started(String job, Allocation allocation) {
            next.started(job, allocation);
            Waiter waiter = waiters.get(allocation.key());
            if (waiter != null) {
                waiter.granted.complete(allocation);
            }
        }

        @Override
        public void yielding(String key, String job, String inFavourOf) {
            next.yielding(key, job, inFavourOf);
            Waiter waiter = waiters.get(key);
            if (waiter != null && !callbacks.isShutdown()) {
                callbacks.execute(waiter.onYield);
            }
        }

        @Override
        public void ended(String key, String job, TimelineEntry.Outcome outcome) {
            next.ended(key, job, outcome);
        }
    }
}
