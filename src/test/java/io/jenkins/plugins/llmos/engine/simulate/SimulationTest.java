package io.jenkins.plugins.llmos.engine.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import io.jenkins.plugins.llmos.engine.simulate.trace.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static Result example(String policy) {
        return new Simulation(Example.jobs(), Example.fleet(), Example.settings(policy), Oracle.perfect(), true).run();
    }

    @Test
    void theFoundingExample() {
        assertEquals("3 1 4 2 5", Example.order(example("sjf")));
        assertEquals(4.0, Summary.of(example("sjf")).meanWait() / 3600);
        assertEquals("1 2 3 4 5", Example.order(example("fifo")));
        assertEquals(5.0, Summary.of(example("fifo")).meanWait() / 3600);
        assertEquals("3 1 4 2 5", Example.order(example("srtf")));
        assertEquals("1 2 3 4 5 1 2 4 5 2 4 5 2 5", Example.order(example("rr")));
    }

    /** An independent replay: at every instant all jobs are taken in order, those that fit. */
    private static double bruteForce(List<TraceJob> jobs, int devices, String policy) {
        List<int[]> alive = new ArrayList<>();
        long[] left = jobs.stream().mapToLong(TraceJob::runTime).toArray();
        boolean[] running = new boolean[left.length];
        double sum = 0;
        long now = 0;
        int next = 0;
        while (next < left.length || !alive.isEmpty()) {
            long step = next < left.length ? jobs.get(next).arrival() - now : Long.MAX_VALUE;
            for (int[] j : alive) {
                step = running[j[0]] ? Math.min(step, left[j[0]]) : step;
            }
            now += step;
            for (int[] j : List.copyOf(alive)) {
                if (running[j[0]] && (left[j[0]] -= step) == 0) {
                    sum += Ticks.seconds(now - jobs.get(j[0]).arrival());
                    alive.remove(j);
                }
            }
            while (next < left.length && jobs.get(next).arrival() == now) {
                alive.add(new int[] {next++});
            }
            Comparator<int[]> order =
                    switch (policy) {
                        case "fifo" ->
                            Comparator.comparing((int[] j) -> !running[j[0]]).thenComparingInt(j -> j[0]);
                        case "sjf" ->
                            Comparator.comparing((int[] j) -> !running[j[0]])
                                    .thenComparingLong(j -> left[j[0]])
                                    .thenComparingInt(j -> j[0]);
                        default ->
                            Comparator.comparingLong((int[] j) -> left[j[0]])
                                    .thenComparing(j -> !running[j[0]])
                                    .thenComparingInt(j -> j[0]);
                    };
            List<int[]> line = new ArrayList<>(alive);
            line.sort(order);
            int free = devices;
            for (int[] j : line) {
                int width = jobs.get(j[0]).demand().gpus();
                running[j[0]] = width <= free;
                free -= running[j[0]] ? width : 0;
            }
        }
        return sum / left.length;
    }

    @Test
    void agreesWithAnIndependentReplay() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<TraceJob> jobs = new ArrayList<>();
            long arrival = 0;
            for (int i = 0; i < 200; i++) {
                arrival += random.nextInt(20) * Ticks.SECOND;
                Demand demand = Demand.ofDevices(1 << random.nextInt(4));
                long runTime = Math.max(1, Math.round(Math.exp(3 + 1.5 * random.nextGaussian()))) * Ticks.SECOND;
                jobs.add(TraceJob.of("j" + i, demand, arrival, runTime));
            }
            for (String policy : List.of("fifo", "sjf", "srtf")) {
                PoolSettings free = PoolSettings.of(policy)
                        .withPreemptionCost(Duration.ZERO)
                        .withMinimumRun(Duration.ZERO);
                Result result = new Simulation(jobs, Traces.identical(8 + seed), free, Oracle.perfect(), false).run();
                assertEquals(
                        bruteForce(jobs, 8 + seed, policy), Summary.of(result).meanJct(), 1e-6, policy);
            }
        }
    }

    @Test
    void preemptionsCostWhatIsSaid() {
        List<TraceJob> jobs = List.of(
                TraceJob.of("long", Demand.ofDevices(1), 0, 1000 * Ticks.SECOND),
                TraceJob.of("short", Demand.ofDevices(1), 100 * Ticks.SECOND, 10 * Ticks.SECOND));
        PoolSettings settings = PoolSettings.of("srtf").withPreemptionCost(Duration.ofSeconds(60));
        Result result = new Simulation(jobs, Traces.identical(1), settings, Oracle.perfect(), true).run();
        assertEquals(1070 * Ticks.SECOND, result.outcomes().get(0).completion());
        assertEquals(110 * Ticks.SECOND, result.outcomes().get(1).completion());
        assertEquals(1, Summary.of(result).preemptions());
        assertEquals(1.0, Summary.of(result).utilisation(), 1e-9);
    }

    @Test
    void everyPolicyEndsUnderEveryKindOfEstimate() {
        Random random = new Random(3);
        List<TraceJob> jobs = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            jobs.add(new TraceJob(
                    "j" + i,
                    "n" + i % 7,
                    "o" + i % 3,
                    Demand.ofDevices(1 + i % 4),
                    random.nextInt(3000) * Ticks.SECOND,
                    (1 + random.nextInt(200)) * Ticks.SECOND,
                    java.util.OptionalLong.empty(),
                    0));
        }
        for (String policy : Policies.names()) {
            for (String estimates :
                    List.of("perfect", "history", "noise:0.5", "known-above:100s", "known-below:100s")) {
                PoolSettings settings = PoolSettings.of(policy).withMaxWait(Duration.ofMinutes(20));
                Summary s = Summary.of(
                        new Simulation(jobs, Traces.identical(6), settings, Estimates.parse(estimates), false).run());
                assertEquals(300, s.jobs());
                assertTrue(s.utilisation() > 0.5 && s.utilisation() <= 1, s.toString());
                assertTrue(s.fairness() > 0 && s.fairness() <= 1);
                assertTrue(s.estimateError() == 0 == estimates.equals("perfect"));
            }
        }
        assertThrows(InvalidInputException.class, () -> Estimates.parse("psychic"));
    }

    @Test
    void aJobThatFitsNowhereIsRefused() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> new Simulation(
                                List.of(TraceJob.of("a", Demand.ofDevices(9), 0, 1)),
                                Traces.identical(8),
                                PoolSettings.of("fifo"),
                                Oracle.perfect(),
                                false))
                .getMessage();
        assertTrue(message.contains("9 devices"), message);
    }

    @Test
    void theReportShowsEveryPolicy() {
        String html = SimulationReport.page(Map.of("Trace", "example"), List.of(example("sjf"), example("rr")))
                .html();
        assertTrue(html.contains("Who held which device under rr"));
        assertTrue(html.contains("Slowdowns"));
        assertTrue(!html.contains("<script"));
    }
}
