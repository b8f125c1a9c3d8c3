package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DevicePoolTest {
    private static void ignore() {}

    private static Fleet slots(int n) {
        return Fleet.of(Machine.uniform("local", n, "cpu", 0, DeviceKind.CPU_SLOT));
    }

    private static PoolSettings free(String policy) {
        return PoolSettings.of(policy).withPreemptionCost(Duration.ZERO).withMinimumRun(Duration.ZERO);
    }

    private static JobRequest job(String key) {
        return JobRequest.of(key, key, Demand.ofDevices(1));
    }

    @Test
    void fifoGivesTheOneSlotInOrderOfArrival() throws Exception {
        ConcurrentLinkedQueue<PoolListener.Place> places = new ConcurrentLinkedQueue<>();
        PoolListener listener = new PoolListener() {
            @Override
            public void waiting(Place place) {
                places.add(place);
            }
        };
        try (DevicePool pool = new DevicePool(slots(1), PoolSettings.of("fifo"), listener)) {
            Lease first = pool.acquire(job("a").withEstimate(Duration.ofMinutes(1)), DevicePoolTest::ignore);
            CompletableFuture<Lease> b =
                    later(pool, job("b").withEstimate(Duration.ofSeconds(30)), DevicePoolTest::ignore);
            await(() -> places.stream().anyMatch(p -> p.key().equals("b")));
            CompletableFuture<Lease> c =
                    later(pool, job("c").withEstimate(Duration.ofSeconds(5)), DevicePoolTest::ignore);
            await(() -> places.stream().anyMatch(p -> p.key().equals("c") && p.rank() == 2 && p.of() == 2));
            double predicted = places.stream()
                            .filter(p -> p.key().equals("c"))
                            .findFirst()
                            .orElseThrow()
                            .predictedStart()
                            .orElseThrow()
                            .toMillis()
                    / 1000.0;
            assertTrue(predicted > 70 && predicted <= 90, "predicted " + predicted);
            assertFalse(b.isDone());
            first.close();
            Lease second = b.get(10, TimeUnit.SECONDS);
            assertFalse(c.isDone());
            second.close();
            second.close();
            c.get(10, TimeUnit.SECONDS).release(TimelineEntry.Outcome.FAILED);
            List<TimelineEntry> timeline = pool.timeline();
            assertEquals(
                    List.of("a", "b", "c"),
                    timeline.stream().map(TimelineEntry::job).toList());
            assertEquals(TimelineEntry.Outcome.FAILED, timeline.get(2).outcome().orElseThrow());
        }
    }

    @Test
    void srtfPreemptsALongJobAndResumesIt() throws Exception {
        try (DevicePool pool = new DevicePool(slots(1), free("srtf"))) {
            CountDownLatch asked = new CountDownLatch(1);
            JobRequest longJob = job("long").withEstimate(Duration.ofHours(1));
            Lease first = pool.acquire(longJob, asked::countDown);
            assertEquals(1, first.attempt());
            CompletableFuture<Lease> shortLease =
                    later(pool, job("short").withEstimate(Duration.ofSeconds(1)), DevicePoolTest::ignore);
            assertTrue(asked.await(10, TimeUnit.SECONDS));
            assertTrue(first.yieldAsked());
            assertFalse(shortLease.isDone());
            first.yielded();
            CompletableFuture<Lease> again = later(pool, longJob, DevicePoolTest::ignore);
            Lease s = shortLease.get(10, TimeUnit.SECONDS);
            assertFalse(again.isDone());
            s.close();
            Lease resumed = again.get(10, TimeUnit.SECONDS);
            assertEquals(2, resumed.attempt());
            resumed.close();
            assertEquals(
                    List.of("long YIELDED", "short COMPLETED", "long COMPLETED"),
                    pool.timeline().stream()
                            .map(e -> e.job() + " " + e.outcome().orElseThrow())
                            .toList());
        }
    }

    @Test
    void liveProgressMakesALongJobShort() throws Exception {
        try (DevicePool pool = new DevicePool(slots(1), free("srtf"))) {
            CountDownLatch asked = new CountDownLatch(1);
            Lease first = pool.acquire(job("long").withEstimate(Duration.ofHours(1)), asked::countDown);
            first.reportRemaining(Duration.ofSeconds(2));
            CompletableFuture<Lease> other =
                    later(pool, job("other").withEstimate(Duration.ofSeconds(30)), DevicePoolTest::ignore);
            assertFalse(asked.await(200, TimeUnit.MILLISECONDS));
            first.close();
            other.get(10, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void roundRobinTakesTurnsByTimersAlone() throws Exception {
        try (DevicePool pool = new DevicePool(slots(1), free("rr").withQuantum(Duration.ofMillis(60)))) {
            List<CompletableFuture<Integer>> attempts = new ArrayList<>();
            for (String key : List.of("a", "b")) {
                attempts.add(CompletableFuture.supplyAsync(() -> runInSlices(pool, job(key), 300)));
            }
            for (CompletableFuture<Integer> attempt : attempts) {
                assertTrue(attempt.get(20, TimeUnit.SECONDS) >= 3);
            }
            List<String> jobs = pool.timeline().stream().map(TimelineEntry::job).toList();
            for (int i = 1; i < 6; i++) {
                assertFalse(jobs.get(i).equals(jobs.get(i - 1)), "took turns: " + jobs);
            }
        }
    }

    private static int runInSlices(DevicePool pool, JobRequest job, long millis) {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        int attempt = 0;
        try {
            while (left > 0) {
                Semaphore yield = new Semaphore(0);
                Lease lease = pool.acquire(job, yield::release);
                long start = System.nanoTime();
                boolean asked = yield.tryAcquire(left, TimeUnit.NANOSECONDS);
                left -= System.nanoTime() - start;
                attempt = lease.attempt();
                lease.release(asked ? TimelineEntry.Outcome.YIELDED : TimelineEntry.Outcome.COMPLETED);
                if (!asked) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return attempt;
    }

    @Test
    void neverGivesADeviceTwiceUnderManyThreads() throws Exception {
        for (String policy : Policies.names()) {
            AtomicInteger held = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            try (DevicePool pool = new DevicePool(slots(3), free(policy).withQuantum(Duration.ofMillis(2)))) {
                List<CompletableFuture<Void>> all = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    JobRequest job = JobRequest.of("j" + i, "j", Demand.ofDevices(1 + i % 3));
                    all.add(CompletableFuture.runAsync(
                            () -> {
                                try {
                                    boolean again = true;
                                    while (again) {
                                        Semaphore yield = new Semaphore(0);
                                        Lease lease = pool.acquire(job, yield::release);
                                        int n = held.addAndGet(lease.devices().size());
                                        most.accumulateAndGet(n, Math::max);
                                        again = yield.tryAcquire(3, TimeUnit.MILLISECONDS) && lease.attempt() < 4;
                                        held.addAndGet(-lease.devices().size());
                                        lease.release(
                                                again
                                                        ? TimelineEntry.Outcome.YIELDED
                                                        : TimelineEntry.Outcome.COMPLETED);
                                    }
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            task -> new Thread(task).start()));
                }
                CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                        .get(30, TimeUnit.SECONDS);
            }
            assertTrue(most.get() <= 3, policy + " gave " + most.get());
        }
    }

    @Test
    void anImpossibleDemandIsRefusedAtOnce() {
        try (DevicePool pool = new DevicePool(slots(2), PoolSettings.of("fifo"))) {
            InvalidInputException e = assertThrows(
                    InvalidInputException.class,
                    () -> pool.acquire(JobRequest.of("a", "wide", Demand.ofDevices(3)), DevicePoolTest::ignore));
            assertTrue(e.getMessage().contains("wide asks for 3 devices"), e.getMessage());
        }
    }

    @Test
    void anInterruptedJobLeavesTheQueue() throws Exception {
        try (DevicePool pool = new DevicePool(slots(1), PoolSettings.of("fifo"))) {
            Lease first = pool.acquire(job("a"), DevicePoolTest::ignore);
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread waiting = new Thread(() -> {
                try {
                    pool.acquire(job("b"), DevicePoolTest::ignore);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            waiting.start();
            Thread.sleep(50);
            waiting.interrupt();
            assertTrue(interrupted.await(10, TimeUnit.SECONDS));
            first.close();
            pool.acquire(job("b"), DevicePoolTest::ignore).close();
        }
    }

    private static CompletableFuture<Lease> later(DevicePool pool, JobRequest job, Runnable onYield) {
        CompletableFuture<Lease> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(pool.acquire(job, onYield));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertTrue(condition.getAsBoolean());
    }
}
