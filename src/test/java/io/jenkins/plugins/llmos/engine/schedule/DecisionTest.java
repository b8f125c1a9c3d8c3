package io.jenkins.plugins.llmos.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DecisionTest {
    private static final long S = Ticks.SECOND;

    private static Fleet fleet(int... sizes) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            machines.add(Machine.uniform("m" + i, sizes[i], "gpu", 0, DeviceKind.OTHER));
        }
        return new Fleet(machines);
    }

    private static JobState waiting(String id, long sequence, int gpus, long remaining) {
        return JobState.arrived(id, sequence, "", Demand.ofDevices(gpus), 0, remaining * S, 30 * S);
    }

    private static JobState running(
            String id, long sequence, long remaining, String machine, int position, Integer... devices) {
        return waiting(id, sequence, devices.length, remaining)
                .started(new JobState.Run(machine, position, List.of(devices), 0, 0, false, false));
    }

    private static Decision decide(PoolSettings settings, Fleet fleet, long now, JobState... jobs) {
        return Policies.create(settings).decide(Snapshot.of(fleet, List.of(jobs), List.of()), Ticks.at(now * S));
    }

    @Test
    void bestFitKeepsTheWideHole() {
        Decision d = decide(PoolSettings.of("fifo"), fleet(4, 2, 8), 0, waiting("a", 0, 2, 10), waiting("b", 1, 8, 10));
        assertEquals(1, d.starts().get(0).machine());
        assertEquals(2, d.starts().get(1).machine());
    }

    @Test
    void tiesGoToTheMachineInUse() {
        JobState r = running("r", 0, 10, "m1", 1, 0, 1, 2, 3);
        Decision d = decide(PoolSettings.of("fifo"), fleet(4, 8), 0, r, waiting("a", 1, 4, 10));
        assertEquals(1, d.starts().get(0).machine());
    }

    @Test
    void shareFillsADeviceAlreadyShared() {
        Demand half = Demand.from(Map.of("gpuShare", "0.5"));
        List<JobState> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jobs.add(JobState.arrived("s" + i, i, "", half, 0, S, 0));
        }
        Decision d =
                Policies.create(PoolSettings.of("fifo")).decide(Snapshot.of(fleet(3), jobs, List.of()), Ticks.at(0));
        assertEquals(
                List.of(List.of(0), List.of(0), List.of(1), List.of(1)),
                d.starts().stream().map(Decision.Start::devices).toList());
    }

    @Test
    void aPreemptionMustGainMoreThanItCosts() {
        PoolSettings srtf = PoolSettings.of("srtf").withMinimumRun(Duration.ZERO);
        JobState r = running("r", 0, 140, "m0", 0, 0);
        assertEquals(
                0,
                decide(srtf, fleet(1), 50, r, waiting("w", 1, 1, 60)).yields().size());
        assertEquals(
                1,
                decide(srtf, fleet(1), 50, r, waiting("w", 1, 1, 59)).yields().size());
        assertEquals(
                0,
                decide(srtf, fleet(1), 50, r.withPreemptible(false), waiting("w", 1, 1, 1))
                        .yields()
                        .size());
        assertEquals(
                0,
                decide(srtf.withMinimumRun(Duration.ofSeconds(60)), fleet(1), 50, r, waiting("w", 1, 1, 1))
                        .yields()
                        .size());
    }

    @Test
    void theCheapestSetYields() {
        PoolSettings srtf = PoolSettings.of("srtf").withMinimumRun(Duration.ZERO);
        Decision d = decide(
                srtf,
                fleet(2, 2),
                0,
                running("a", 0, 500, "m0", 0, 0, 1),
                running("b", 1, 400, "m1", 1, 0),
                running("c", 2, 900, "m1", 1, 1),
                waiting("w", 3, 1, 10));
        assertEquals(List.of("c"), d.yields().stream().map(Decision.Yield::job).toList());
        assertEquals(List.of(1), d.starts().get(0).devices());
        assertTrue(d.starts().get(0).deferred());
    }

    @Test
    void strictLetsNobodyPass() {
        JobState[] jobs = {running("r", 0, 10, "m0", 0, 0), waiting("wide", 1, 2, 5), waiting("narrow", 2, 1, 5)};
        assertEquals(
                1, decide(PoolSettings.of("fifo"), fleet(2), 0, jobs).starts().size());
        assertEquals(
                0,
                decide(PoolSettings.of("fifo").withFit(FitRule.STRICT), fleet(2), 0, jobs)
                        .starts()
                        .size());
    }

    @Test
    void theAgedReserve() {
        PoolSettings aged = PoolSettings.of("fifo").withMaxWait(Duration.ofSeconds(5));
        Decision d = decide(
                aged,
                fleet(2),
                6,
                running("r", 0, 10, "m0", 0, 0),
                waiting("wide", 1, 2, 5),
                waiting("narrow", 2, 1, 5));
        assertEquals(List.of(new Decision.Reservation("wide", 0)), d.reservations());
        assertEquals(0, d.starts().size());
    }

    @Test
    void contradictionsAreRepairedWithAMessage() {
        Fleet fleet = fleet(2);
        List<JobState> jobs = List.of(
                running("a", 0, 10, "m0", 0, 0),
                running("b", 1, 10, "m0", 0, 0),
                running("c", 2, 10, "gone", 7, 0),
                running("d", 3, 10, "m0", 0, 5),
                waiting("a", 4, 1, 10),
                waiting("huge", 5, 9, 10),
                waiting("e", 6, 1, 10),
                waiting("e", 6, 1, 10));
        List<Snapshot.Hold> holds = List.of(
                new Snapshot.Hold("m0", 0, "stranger"),
                new Snapshot.Hold("m0", 1, "stranger"),
                new Snapshot.Hold("nowhere", 1, "stranger"));
        for (String policy : Policies.names()) {
            SchedulingPolicy p = Policies.create(PoolSettings.of(policy).withMaxWait(Duration.ofSeconds(1)));
            Decision d = p.decide(Snapshot.of(fleet, jobs, holds), Ticks.at(100 * S));
            assertEquals(List.of("b", "c", "d"), d.lost());
            assertEquals(9, d.messages().size(), d.messages().toString());
            d.starts().forEach(s -> assertEquals(List.of(0), s.devices(), "device 1 is a stranger's"));
        }
    }

    @Test
    void aFleetThatIsGoneDecidesNothing() {
        Decision d = decide(
                PoolSettings.of("srtf"),
                new Fleet(List.of()),
                0,
                running("r", 0, 1, "m0", 0, 0),
                waiting("w", 1, 1, 1));
        assertEquals(List.of("r"), d.lost());
        assertEquals(0, d.starts().size());
    }

    @Test
    void settingsAreChecked() {
        assertTrue(assertThrows(InvalidInputException.class, () -> PoolSettings.of("sjff"))
                .getMessage()
                .contains("Did you mean 'sjf'"));
        assertThrows(InvalidInputException.class, () -> PoolSettings.of("rr").withQuantum(Duration.ZERO));
        assertThrows(InvalidInputException.class, () -> PoolSettings.from(Map.of("quantum", "soon")));
        assertThrows(InvalidInputException.class, () -> PoolSettings.from(Map.of("fits", "skip")));
        assertEquals(
                PoolSettings.of("rr").withQuantum(Duration.ofSeconds(5)),
                PoolSettings.from(Map.of("policy", "rr", "quantum", "5s")));
        assertEquals(List.of("fifo", "sjf", "srtf", "rr", "las", "srsf"), Policies.names());
    }

    @Test
    void estimatesLearnAndAreCalibrated() {
        HistoryEstimator estimator = new HistoryEstimator();
        JobFeatures fast = JobFeatures.of("fast", "ann", Demand.ofDevices(1));
        JobFeatures slow = JobFeatures.of("slow", "bob", Demand.ofDevices(2));
        assertEquals(
                Estimate.Source.NONE, estimator.estimate(fast, Duration.ZERO).source());
        Random random = new Random(1);
        int inside = 0;
        for (int i = 0; i < 600; i++) {
            for (JobFeatures job : List.of(fast, slow)) {
                Duration work = Duration.ofMillis(
                        (long) ((job.equals(fast) ? 60_000 : 6_000_000) * Math.exp(0.5 * random.nextGaussian())));
                Estimate e = estimator.estimate(job, Duration.ZERO);
                if (i >= 100 && work.compareTo(e.low()) >= 0 && work.compareTo(e.high()) <= 0) {
                    inside++;
                }
                estimator.completed(job, work);
            }
        }
        assertEquals(0.8, inside / 1000.0, 0.06);
        assertEquals(
                60.0, (double) estimator.estimate(fast, Duration.ZERO).median().toSeconds(), 15);
        assertEquals(
                6000.0,
                (double) estimator.estimate(slow, Duration.ZERO).median().toSeconds(),
                1500);
        assertEquals(
                Estimate.Source.HISTORY, estimator.estimate(slow, Duration.ZERO).source());
        JobFeatures other = JobFeatures.of("other", "ann", Demand.ofDevices(1));
        assertEquals(
                Estimate.Source.SIMILAR,
                estimator.estimate(other, Duration.ZERO).source());
    }
}
