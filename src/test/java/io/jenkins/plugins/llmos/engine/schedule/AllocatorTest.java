package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllocatorTest {
    private static final List<TimelineEntry.Outcome> OUTCOMES = List.of(TimelineEntry.Outcome.values());
    private static final PoolListener NOBODY = new PoolListener() {};

    private static Machine machine(String name, int devices, int jobs, String... labels) {
        return Machine.uniform(name, devices, "gpu", 1L << 34, DeviceKind.OTHER).with(name, jobs, Set.of(labels));
    }

    private static Allocator allocator(Machine... machines) {
        return new Allocator(
                List.of(machines), PoolSettings.of("fifo"), Clock.systemUTC(), new HistoryEstimator(), NOBODY);
    }

    private static JobRequest job(String key, int devices, String label) {
        return JobRequest.of(key, key, Demand.ofDevices(devices).withLabel(label));
    }

    private static Allocation held(Allocator allocator, String key) {
        return allocator.allocation(key).orElseThrow();
    }

    @Test
    void aJobGoesOnlyWhereItsLabelIs() {
        try (Allocator a = allocator(machine("a", 4, 9, "linux"), machine("b", 4, 9, "linux", "fast"))) {
            a.submit(job("any", 1, ""));
            a.submit(job("fast", 1, "fast"));
            a.submit(job("none", 1, "windows"));
            assertEquals("b", held(a, "fast").machine());
            assertTrue(a.allocation("any").isPresent());
            assertTrue(a.allocation("none").isEmpty());
        }
    }

    @Test
    void aJobOfWhichNoMachineIsThereWaitsUntilOneComes() {
        try (Allocator a = allocator()) {
            a.submit(job("early", 2, ""));
            assertTrue(a.allocation("early").isEmpty());
            a.change(List.of(machine("late", 2, 9)));
            assertEquals("late", held(a, "early").machine());
        }
    }

    @Test
    void aMachineTakesNoMoreJobsThanItMay() {
        try (Allocator a = allocator(machine("m", 4, 2))) {
            List.of("1", "2", "3").forEach(k -> a.submit(job(k, 1, "")));
            assertTrue(a.allocation("3").isEmpty());
            a.release(held(a, "1"), TimelineEntry.Outcome.COMPLETED);
            assertTrue(a.allocation("3").isPresent());
        }
    }

    @Test
    void heldDevicesStayWithTheirHolderWhenTheirMachineGoes() {
        try (Allocator a = allocator(machine("m", 2, 9))) {
            a.submit(job("holder", 1, ""));
            Allocation held = held(a, "holder");
            a.change(List.of());
            a.submit(job("next", 1, ""));
            assertTrue(a.allocation("next").isEmpty());
            assertEquals(held, held(a, "holder"));
            a.change(List.of(machine("m", 1, 9)));
            assertTrue(a.allocation("next").isEmpty(), "the one device that is back is still held");
            a.release(held, TimelineEntry.Outcome.FAILED);
            assertEquals(List.of(0), held(a, "next").indexes());
        }
    }

    @Test
    void whatIsRestoredIsGivenToNobodyElse() {
        try (Allocator before = allocator(machine("m", 2, 9))) {
            before.submit(job("survivor", 1, ""));
            Allocation held = held(before, "survivor");
            try (Allocator after = allocator()) {
                assertTrue(after.restore(job("survivor", 1, ""), held));
                assertFalse(after.restore(
                        job("liar", 1, ""), new Allocation("liar", held.machine(), held.devices(), 1, held.since())));
                after.submit(job("a", 1, ""));
                after.submit(job("b", 1, ""));
                after.change(List.of(machine("m", 2, 9)));
                assertTrue(after.allocation("a").isPresent());
                assertTrue(after.allocation("b").isEmpty());
                assertEquals(held, held(after, "survivor"));
            }
        }
    }

    @Test
    void aChangedPolicyAppliesToThoseThatWait() {
        try (Allocator a = allocator(machine("m", 1, 9))) {
            a.submit(job("running", 1, "").withPreemptible(false));
            a.submit(job("long", 1, "").withEstimate(Duration.ofHours(1)));
            a.submit(job("short", 1, "").withEstimate(Duration.ofMinutes(1)));
            a.change(PoolSettings.of("sjf"));
            a.release(held(a, "running"), TimelineEntry.Outcome.COMPLETED);
            assertTrue(a.allocation("short").isPresent());
            assertTrue(a.allocation("long").isEmpty());
        }
    }

    /** Jobs and machines come, change and go at random; whatever happens, no device has two holders. */
    @Test
    void noDeviceEverHasTwoHolders() {
        for (String policy : Policies.names()) {
            Random random = new Random(7);
            Allocator a = new Allocator(
                    List.of(), PoolSettings.of(policy), Clock.systemUTC(), new HistoryEstimator(), NOBODY);
            for (int step = 0; step < 1500; step++) {
                List<Allocation> held = a.allocations();
                switch (random.nextInt(4)) {
                    case 0 -> a.submit(job("j" + step, 1 + random.nextInt(3), random.nextBoolean() ? "" : "x"));
                    case 1 -> {
                        if (!held.isEmpty()) {
                            a.release(held.get(random.nextInt(held.size())), OUTCOMES.get(random.nextInt(4)));
                        }
                    }
                    case 2 -> a.withdraw("j" + random.nextInt(step + 1));
                    default ->
                        a.change(random.ints(random.nextInt(4), 0, 4)
                                .distinct()
                                .mapToObj(m -> machine("m" + m, random.nextInt(5), random.nextInt(4), "x"))
                                .toList());
                }
                Map<String, String> holders = new HashMap<>();
                for (Allocation allocation : a.allocations()) {
                    for (int device : allocation.indexes()) {
                        String other = holders.put(allocation.machine() + "/" + device, allocation.key());
                        assertEquals(null, other, policy + ", step " + step);
                    }
                }
            }
            a.close();
        }
    }

    @Test
    void theForecastTellsWhereRunsWillBe() {
        try (Allocator a = allocator(machine("m", 2, 9))) {
            a.submit(job("now", 2, "").withEstimate(Duration.ofHours(1)));
            a.submit(job("next", 1, "").withEstimate(Duration.ofHours(2)));
            List<ForecastRun> runs = a.forecast();
            assertEquals(
                    List.of("now", "next"), runs.stream().map(ForecastRun::key).toList());
            assertEquals(runs.get(0).end(), runs.get(1).start());
            assertEquals(List.of(0, 1), runs.get(0).devices());
            assertEquals(1, runs.get(1).devices().size());
            a.submit(job("unknown", 1, ""));
            assertEquals(List.of(), a.forecast());
        }
    }
}
