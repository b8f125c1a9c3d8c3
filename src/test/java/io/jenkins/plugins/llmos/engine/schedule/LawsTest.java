package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The laws of scheduling over random clusters, job sets and settings. */
class LawsTest {
    private static final long S = Ticks.SECOND;

    /** A random cluster with shares, several models and host resources. */
    private static Fleet fleet(Random random) {
        List<Machine> machines = new ArrayList<>();
        int n = 1 + random.nextInt(3);
        for (int m = 0; m < n; m++) {
            machines.add(new Machine(
                    "m" + m,
                    Machine.uniform(
                                    "x",
                                    1 + random.nextInt(6),
                                    random.nextBoolean() ? "A100" : "H100",
                                    1L << 34,
                                    DeviceKind.OTHER)
                            .devices(),
                    8000,
                    1L << 36,
                    Machine.UNLIMITED));
        }
        return new Fleet(machines);
    }

    private static Demand demand(Random random, Fleet fleet) {
        while (true) {
            Demand d = random.nextInt(4) == 0
                    ? new Demand(1, 0, List.of(), 100 + random.nextInt(900), 0, 0, 0)
                    : new Demand(
                            random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(4),
                            0,
                            random.nextInt(4) == 0 ? List.of("H100", "A100") : List.of(),
                            1000,
                            random.nextInt(3) * 1000L,
                            0,
                            0);
            if (fleet.canEverHold(d)) {
                return d;
            }
        }
    }

    private static PoolSettings settings(Random random, String policy) {
        PoolSettings s = PoolSettings.of(policy)
                .withFit(random.nextInt(4) == 0 ? FitRule.STRICT : FitRule.SKIP)
                .withQuantum(Duration.ofSeconds(1 + random.nextInt(20)))
                .withPreemptionCost(Duration.ofSeconds(random.nextInt(3)))
                .withMinimumRun(Duration.ofSeconds(random.nextInt(5)))
                .withLasThresholds(List.of(Duration.ofSeconds(5), Duration.ofSeconds(20)));
        return random.nextBoolean() ? s : s.withMaxWait(Duration.ofSeconds(random.nextInt(60)));
    }

    private static List<JobState> jobs(Random random, Fleet fleet, int count) {
        List<JobState> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(JobState.arrived(
                            "j" + i,
                            i,
                            "",
                            demand(random, fleet),
                            random.nextInt(50) * S,
                            (1 + random.nextInt(30)) * S,
                            S)
                    .withPriority(random.nextInt(8) == 0 ? 1 : 0)
                    .withPreemptible(random.nextInt(5) > 0));
        }
        return jobs;
    }

    /** No device is held beyond what it has, and nobody has fewer devices than asked, at any time of any replay. */
    @Property(tries = 100)
    void devicesAreNeverHeldTwiceAndGangsAreWhole(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = fleet(random);
            PoolSettings settings = settings(random, policy);
            List<JobState> jobs = jobs(random, fleet, 1 + random.nextInt(25));
            Driver driver = new Driver(fleet, settings, jobs);
            driver.afterDecision = now -> {
                Map<String, Integer> held = new HashMap<>();
                Map<Integer, Long> cpu = new HashMap<>();
                for (JobState job : driver.cluster.running()) {
                    JobState.Run run = job.run().orElseThrow();
                    assertEquals(job.demand().gpus(), new HashSet<>(run.devices()).size());
                    for (int device : run.devices()) {
                        assertTrue(fleet.slot(run.position(), device) >= 0);
                        int sum = held.merge(
                                run.position() + "/" + device, job.demand().shareMilli(), Integer::sum);
                        assertTrue(sum <= Demand.WHOLE, "device held twice");
                    }
                    long sum = cpu.merge(run.position(), job.demand().cpuMilli(), Long::sum);
                    assertTrue(sum <= fleet.machine(run.position()).cpuMilli());
                }
            };
            driver.run();
            assertEquals(jobs.size(), driver.ended.size(), "every job ends");
        }
    }

    /** Work conservation under skip: once a decision has been carried out, no job that fits is left waiting. */
    @Property(tries = 100)
    void noJobThatFitsIsLeftWaitingUnderSkip(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = fleet(random);
            PoolSettings settings = settings(random, policy).withFit(FitRule.SKIP);
            Driver driver = new Driver(fleet, settings, jobs(random, fleet, 1 + random.nextInt(25)));
            driver.afterDecision = now -> {
                if (!driver.reserved.isEmpty()) {
                    return;
                }
                for (JobState job : driver.cluster.jobs()) {
                    if (job.waiting()) {
                        assertTrue(
                                driver.cluster.snapshot().occupancy().find(job.demand(), -1) < 0, job.id() + " fits");
                    }
                }
            };
            driver.run();
        }
    }

    @Property(tries = 30)
    void sameInputGivesSameOutput(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = fleet(random);
            PoolSettings settings = settings(random, policy);
            List<JobState> jobs = jobs(random, fleet, 20);
            Driver first = new Driver(fleet, settings, jobs);
            first.run();
            Driver second = new Driver(fleet, settings, jobs);
            second.run();
            assertEquals(first.log, second.log);
        }
    }

    /** What is kept up to date from change to change decides as what is made from all facts afresh. */
    @Property(tries = 50)
    void aClusterDecidesAsASnapshotOfItsJobs(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = fleet(random);
            PoolSettings settings = settings(random, policy);
            List<JobState> jobs = jobs(random, fleet, 20);
            Driver driver = new Driver(fleet, settings, jobs);
            SchedulingPolicy other = Policies.create(settings);
            driver.onDecision = (now, decision) -> {
                Snapshot loose = Snapshot.of(fleet, driver.cluster.jobs(), List.of());
                assertEquals(other.decide(loose, Ticks.at(now)), decision);
                assertEquals(decision, other.decide(driver.cluster.snapshot(), Ticks.at(now)));
                assertEquals(decision, driver.policy.decide(driver.cluster.snapshot(), Ticks.at(now)), "pure");
            };
            driver.run();
        }
    }

    /** With equal arrivals on one device SJF's mean wait is the least of all orders. */
    @Property(tries = 200)
    void sjfHasTheLeastMeanWait(@ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 50) Integer> times) {
        List<JobState> jobs = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            jobs.add(JobState.arrived("j" + i, i, "", Demand.ofDevices(1), 0, times.get(i) * S, 0));
        }
        Driver driver = new Driver(one(1), free("sjf"), jobs);
        driver.run();
        long wait = 0;
        for (int i = 0; i < times.size(); i++) {
            wait += driver.ended.get("j" + i) - times.get(i) * S;
        }
        assertEquals(leastWait(times, new boolean[times.size()], 0), wait / S);
    }

    private static long leastWait(List<Integer> times, boolean[] done, long clock) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < done.length; i++) {
            if (!done[i]) {
                done[i] = true;
                best = Math.min(best, clock + leastWait(times, done, clock + times.get(i)));
                done[i] = false;
            }
        }
        return best == Long.MAX_VALUE ? 0 : best;
    }

    /** On one device SRTF with free preemption has the least mean completion time of all preemptive schedules. */
    @Property(tries = 200)
    void srtfHasTheLeastMeanCompletion(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> times,
            @ForAll @Size(5) List<@IntRange(min = 0, max = 8) Integer> arrivals) {
        List<JobState> jobs = new ArrayList<>();
        int[] left = new int[times.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = times.get(i);
            jobs.add(JobState.arrived("j" + i, i, "", Demand.ofDevices(1), arrivals.get(i) * S, left[i] * S, 0));
        }
        Driver driver = new Driver(one(1), free("srtf"), jobs);
        driver.run();
        long sum = driver.ended.values().stream().mapToLong(t -> t / S).sum();
        assertEquals(leastCompletion(left, arrivals, 0, new HashMap<>()), sum);
    }

    /** Tries every choice in every unit of time. */
    private static long leastCompletion(int[] left, List<Integer> arrivals, int clock, Map<String, Long> known) {
        String key = clock + Arrays.toString(left);
        Long before = known.get(key);
        if (before != null) {
            return before;
        }
        long best = Long.MAX_VALUE;
        boolean any = false;
        for (int i = 0; i < left.length; i++) {
            any |= left[i] > 0;
            if (left[i] > 0 && arrivals.get(i) <= clock) {
                left[i]--;
                long rest = leastCompletion(left, arrivals, clock + 1, known);
                best = Math.min(best, rest + (left[i] == 0 ? clock + 1 : 0));
                left[i]++;
            }
        }
        long result = !any ? 0 : best == Long.MAX_VALUE ? leastCompletion(left, arrivals, clock + 1, known) : best;
        known.put(key, result);
        return result;
    }

    /** Nobody is asked to yield who may not be, or who has not worked for the minimum run since it last started. */
    @Property(tries = 100)
    void nobodyYieldsBeforeItsMinimumRun(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = fleet(random);
            PoolSettings settings = settings(random, policy);
            Driver driver = new Driver(fleet, settings, jobs(random, fleet, 1 + random.nextInt(25)));
            driver.onDecision = (now, decision) -> decision.yields().forEach(yield -> {
                JobState job = driver.cluster.job(yield.job());
                JobState.Run run = job.run().orElseThrow();
                long worked = now - run.startedAt() - run.overhead();
                assertTrue(job.preemptible(), job.id() + " may not be preempted");
                assertTrue(worked >= Ticks.of(settings.minimumRun()), job.id() + " had worked for " + worked);
            });
            driver.run();
        }
    }

    /** Under SRTF a job gives its device only to one that ends sooner even with what the preemption costs. */
    @Property(tries = 200)
    void srtfPreemptsOnlyForMoreThanItCosts(@ForAll long seed, @ForAll @IntRange(min = 0, max = 9) int cost) {
        Random random = new Random(seed);
        List<JobState> jobs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            jobs.add(JobState.arrived(
                    "j" + i,
                    i,
                    "",
                    Demand.ofDevices(1),
                    random.nextInt(60) * S,
                    (1 + random.nextInt(30)) * S,
                    cost * S));
        }
        Driver driver = new Driver(one(1), free("srtf"), jobs);
        driver.onDecision = (now, decision) -> decision.yields().forEach(yield -> {
            long left = driver.cluster.job(yield.job()).remainingAt(now);
            long least = driver.cluster.jobs().stream()
                    .filter(JobState::waiting)
                    .mapToLong(JobState::remaining)
                    .min()
                    .orElseThrow();
            assertTrue(left - least > cost * S, left + " yields to " + least);
        });
        driver.run();
    }

    /** Round robin: between two slices of a job every other waiting job gets at most one. */
    @Property(tries = 200)
    void roundRobinGivesEveryOtherJobAtMostOneSlice(@ForAll @LongRange(min = 0) long seed) {
        Random random = new Random(seed);
        List<JobState> jobs = new ArrayList<>();
        int n = 2 + random.nextInt(8);
        int width = 1 + random.nextInt(2);
        for (int i = 0; i < n; i++) {
            jobs.add(JobState.arrived(
                    "j" + i, i, "", Demand.ofDevices(width), random.nextInt(20) * S, (1 + random.nextInt(40)) * S, 0));
        }
        Driver driver =
                new Driver(one(width * (1 + random.nextInt(3))), free("rr").withQuantum(Duration.ofSeconds(3)), jobs);
        driver.run();
        for (int a = 0; a < driver.starts.size(); a++) {
            if (!driver.starts.get(a).startsWith("-")) {
                continue;
            }
            String job = driver.starts.get(a).substring(1);
            Map<String, Integer> between = new HashMap<>();
            for (int b = a + 1;
                    b < driver.starts.size() && !driver.starts.get(b).equals(job);
                    b++) {
                String other = driver.starts.get(b);
                int slices = other.startsWith("-") ? 0 : between.merge(other, 1, Integer::sum);
                assertTrue(slices <= 1, other + " got " + slices + " slices while " + job + " waited");
            }
        }
    }

    /**
     * An aged job with k jobs before it in the line waits no longer than k + 1 times the longest run that cannot be
     * preempted: one of a job that is not preemptible, or of a policy that never preempts, or else the quantum or the
     * minimum run. Nobody gets before it meanwhile.
     */
    @Property(tries = 100)
    void theAgedAreServedInTurn(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = random.nextBoolean() ? fleet(random) : one(1 + random.nextInt(6));
            long maxWait = (5 + random.nextInt(40)) * S;
            PoolSettings settings = settings(random, policy).withMaxWait(Duration.ofNanos(maxWait));
            List<JobState> jobs = jobs(random, fleet, 3 + random.nextInt(25));
            long longest = longestFixedRun(settings, jobs);
            Map<String, Integer> before = new HashMap<>();
            Map<String, Long> since = new HashMap<>();
            Driver driver = new Driver(fleet, settings, jobs);
            driver.afterDecision = now -> {
                List<JobState> line = agedLine(driver.cluster, now - maxWait);
                for (JobState job : line) {
                    int place = line.indexOf(job);
                    String wait = job.id() + " since " + job.queuedAt() / S;
                    long from = since.computeIfAbsent(wait, w -> now);
                    int first = before.computeIfAbsent(wait, w -> place);
                    String text = policy + ": " + wait + ", aged at " + from / S + ", still waits at " + now / S;
                    assertTrue(place <= first, text + " and was passed in the line");
                    assertTrue(now - from <= (first + 1) * longest, text);
                }
            };
            driver.run();
        }
    }

    private static long longestFixedRun(PoolSettings settings, List<JobState> jobs) {
        boolean preempts = Policies.create(settings) instanceof RankedPolicy p && p.preempts();
        long longest = Math.max(Ticks.of(settings.quantum()), Ticks.of(settings.minimumRun()));
        for (JobState job : jobs) {
            if (!preempts || !job.preemptible()) {
                longest = Math.max(longest, job.remaining() + job.preemptionCost());
            }
        }
        // a run begins with a restart, and one that is nearly done is let go on
        return longest + 2 * S;
    }

    private static List<JobState> agedLine(Cluster cluster, long bound) {
        return cluster.jobs().stream()
                .filter(j -> j.waiting() && j.queuedAt() <= bound)
                .sorted(Comparator.comparingLong(JobState::queuedAt).thenComparingLong(JobState::sequence))
                .toList();
    }

    /** While an aged job waits, its machine takes only jobs that aged before it; where there is but one, nobody passes. */
    @Property(tries = 100)
    void nobodyPassesAnAgedJobOnItsMachine(@ForAll long seed) {
        for (String policy : Policies.names()) {
            Random random = new Random(seed);
            Fleet fleet = random.nextBoolean() ? fleet(random) : one(1 + random.nextInt(6));
            long maxWait = random.nextInt(40) * S;
            PoolSettings settings = settings(random, policy).withMaxWait(Duration.ofNanos(maxWait));
            Driver driver = new Driver(fleet, settings, jobs(random, fleet, 3 + random.nextInt(25)));
            driver.onDecision = (now, decision) -> {
                List<String> line = agedLine(driver.cluster, now - maxWait).stream()
                        .map(JobState::id)
                        .toList();
                for (Decision.Reservation reservation : decision.reservations()) {
                    int place = line.indexOf(reservation.job());
                    assertTrue(place >= 0, reservation + " is not of an aged job");
                    for (Decision.Start start : decision.starts()) {
                        int other = line.indexOf(start.job());
                        assertTrue(
                                start.machine() != reservation.machine() || (other >= 0 && other < place),
                                start + " passes " + reservation);
                    }
                }
                Set<String> started = new HashSet<>();
                decision.starts().forEach(start -> started.add(start.job()));
                Optional<String> first =
                        line.stream().filter(job -> !started.contains(job)).findFirst();
                if (fleet.machines().size() == 1 && first.isPresent()) {
                    assertEquals(line.indexOf(first.get()), started.size(), "only those before " + first.get());
                }
            };
            driver.run();
        }
    }

    private static Fleet one(int devices) {
        return Fleet.of(Machine.uniform("m", devices, "gpu", 0, DeviceKind.OTHER));
    }

    private static PoolSettings free(String policy) {
        return PoolSettings.of(policy).withPreemptionCost(Duration.ZERO).withMinimumRun(Duration.ZERO);
    }
}
