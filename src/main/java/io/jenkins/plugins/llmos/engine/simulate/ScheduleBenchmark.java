package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.Decision;
import io.jenkins.plugins.llmos.engine.schedule.JobState;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.SchedulingPolicy;
import io.jenkins.plugins.llmos.engine.schedule.Snapshot;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Measures how long decisions and replays take, on jobs drawn at random from a fixed seed. */
public final class ScheduleBenchmark {
    private static final int PER_MACHINE = 8;
    private static final int[] WIDTHS = {1, 1, 1, 1, 1, 1, 2, 2, 4, 8};

    private ScheduleBenchmark() {}

    /**
     * Times of decisions over one snapshot.
     *
     * @param medianMillis median of the processor time of {@code decide} alone
     * @param wallMillis median of the time that passed meanwhile, which other programs lengthen
     * @param withSnapshotMillis median processor time with the making and checking of the snapshot from loose facts
     * @param starts how many jobs the decision starts
     * @param yields how many it asks to yield
     */
    public record Decisions(
            String policy,
            int waiting,
            int devices,
            double medianMillis,
            double wallMillis,
            double withSnapshotMillis,
            int starts,
            int yields) {}

    /** The time of one replay, as it passed and of the processor, in seconds. */
    public record Replay(
            String policy, int jobs, int devices, double seconds, double cpuSeconds, long decisions, double meanJct) {}

    /** Machines of eight devices. */
    private static Fleet fleet(int devices) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < devices / PER_MACHINE; i++) {
            machines.add(Machine.uniform("m" + i, PER_MACHINE, "gpu", 16L << 30, DeviceKind.OTHER));
        }
        return new Fleet(machines);
    }

    private static long runTime(Random random) {
        return Math.max(Ticks.SECOND, Ticks.ofSeconds(Math.min(1e6, Math.exp(6.3 + 1.9 * random.nextGaussian()))));
    }

    private static Demand demand(Random random) {
        // a few hundred different demands, as in real traces
        int gpus = WIDTHS[random.nextInt(WIDTHS.length)];
        return Demand.ofDevices(gpus)
                .withHost(gpus * 1000L * (1 + random.nextInt(8)), (1L + random.nextInt(8)) << 30, 0);
    }

    /** The facts of a busy pool: nine tenths of the devices held by jobs that have run for a while. */
    private static List<JobState> facts(Fleet fleet, int waiting, long now, Random random) {
        List<JobState> jobs = new ArrayList<>();
        long sequence = 0;
        for (int m = 0; m < fleet.machines().size(); m++) {
            int next = 0;
            while (next < PER_MACHINE) {
                int gpus = Math.min(WIDTHS[random.nextInt(WIDTHS.length)], PER_MACHINE - next);
                if (random.nextInt(10) > 0) {
                    List<Integer> devices = new ArrayList<>();
                    for (int d = 0; d < gpus; d++) {
                        devices.add(next + d);
                    }
                    long started = now - runTime(random);
                    JobState job = JobState.arrived(
                            "r" + sequence,
                            sequence,
                            "",
                            Demand.ofDevices(gpus),
                            started,
                            now - started + runTime(random),
                            Ticks.SECOND * 30);
                    jobs.add(job.started(new JobState.Run("m" + m, m, devices, started, 0, false, false)));
                    sequence++;
                }
                next += gpus;
            }
        }
        for (int i = 0; i < waiting; i++) {
            long arrival = now - Math.round(random.nextDouble() * 86_400) * Ticks.SECOND;
            jobs.add(JobState.arrived(
                    "w" + i, sequence++, "", demand(random), arrival, runTime(random), Ticks.SECOND * 30));
        }
        return jobs;
    }

    /** Times {@code decide} over a fresh snapshot each time. */
    public static Decisions decisions(String policy, int waiting, int devices, Duration budget) {
        Fleet fleet = fleet(devices);
        long now = 2_000_000 * Ticks.SECOND;
        Instant instant = Ticks.at(now);
        List<JobState> facts = facts(fleet, waiting, now, new Random(1));
        PoolSettings settings = PoolSettings.of(policy).withMaxWait(Duration.ofDays(7));
        SchedulingPolicy decider = Policies.create(settings);
        long end = System.nanoTime() + budget.toNanos() / 2;
        do {
            decider.decide(Snapshot.of(fleet, facts, List.of()), instant);
        } while (System.nanoTime() < end);
        List<Double> alone = new ArrayList<>();
        List<Double> wall = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        Decision decision = null;
        end = System.nanoTime() + budget.toNanos() / 2;
        while (alone.size() < 20 || (System.nanoTime() < end && alone.size() < 2_000)) {
            long t0 = cpu();
            Snapshot snapshot = Snapshot.of(fleet, facts, List.of());
            long t1 = cpu();
            long w1 = System.nanoTime();
            decision = decider.decide(snapshot, instant);
            long w2 = System.nanoTime();
            long t2 = cpu();
            wall.add((w2 - w1) / 1e6);
            alone.add((t2 - t1) / 1e6);
            whole.add((t2 - t0) / 1e6);
        }
        return new Decisions(
                policy,
                waiting,
                devices,
                quantile(alone, 0.5),
                quantile(wall, 0.5),
                quantile(whole, 0.5),
                decision.starts().size(),
                decision.yields().size());
    }

    /** Processor time of this thread, in nanoseconds. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double quantile(List<Double> values, double share) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }

    /** Replays jobs that ask for one and a tenth times what the devices can give, so that the queue grows. */
    public static Replay replay(String policy, int jobs, int devices) {
        Random random = new Random(2);
        List<TraceJob> trace = new ArrayList<>(jobs);
        double[] work = new double[jobs];
        for (int i = 0; i < jobs; i++) {
            Demand demand = demand(random);
            long runTime = runTime(random);
            work[i] = demand.gpus() * (double) runTime;
            trace.add(TraceJob.of("j" + i, demand, 0, runTime));
        }
        double span = Arrays.stream(work).sum() / devices / 1.1;
        List<TraceJob> arriving = new ArrayList<>(jobs);
        for (TraceJob job : trace) {
            arriving.add(TraceJob.of(job.id(), job.demand(), Math.round(random.nextDouble() * span), job.runTime()));
        }
        long cpu = cpu();
        long start = System.nanoTime();
        Result result =
                new Simulation(arriving, fleet(devices), PoolSettings.of(policy), Oracle.perfect(), false).run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (cpu() - cpu) / 1e9;
        return new Replay(
                policy,
                jobs,
                devices,
                seconds,
                cpuSeconds,
                result.decisions(),
                Summary.of(result).meanJct());
    }
}
