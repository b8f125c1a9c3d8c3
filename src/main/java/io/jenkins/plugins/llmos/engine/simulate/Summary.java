package io.jenkins.plugins.llmos.engine.simulate;

import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one replay. Times are seconds. Percentiles are the smallest values that at least so many percent of the
 * jobs do not exceed.
 *
 * @param jobs how many jobs were replayed
 * @param meanJct mean completion time: completion minus arrival
 * @param meanWait mean of the time in which a job did no work
 * @param meanSlowdown mean of completion time over run time
 * @param utilisation device time held over device time there was until the last completion, 0 to 1
 * @param makespan last completion minus first arrival
 * @param preemptions how often a job had to yield
 * @param fairness Jain's index, over owners, of the mean of run time over completion time, 0 to 1; null if the trace
 *     has fewer than two owners (R. Jain et al., DEC-TR-301, 1984)
 * @param estimateError mean absolute error of the estimated run times at arrival, relative to the run times
 * @param coverage share of run times inside their estimated interval, aimed at 0.8; null if there is none
 */
public record Summary(
        String policy,
        int jobs,
        double meanJct,
        double medianJct,
        double p95Jct,
        double p99Jct,
        double meanWait,
        double meanSlowdown,
        double p99Slowdown,
        double utilisation,
        double makespan,
        long preemptions,
        Double fairness,
        double estimateError,
        Double coverage) {

    /** Sums up a replay. */
    public static Summary of(Result result) {
        List<Outcome> outcomes = result.outcomes();
        int n = outcomes.size();
        double[] jct = new double[n];
        double[] slowdown = new double[n];
        double waited = 0;
        double error = 0;
        long preemptions = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        Map<String, double[]> owners = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            Outcome o = outcomes.get(i);
            jct[i] = Ticks.seconds(o.jct());
            slowdown[i] = o.slowdown();
            waited += Ticks.seconds(o.waited());
            error += Math.abs(o.firstEstimate() - (double) o.job().runTime())
                    / o.job().runTime();
            preemptions += o.preemptions();
            first = Math.min(first, o.job().arrival());
            last = Math.max(last, o.completion());
            double[] sum = owners.computeIfAbsent(o.job().owner(), k -> new double[2]);
            sum[0] += 1 / o.slowdown();
            sum[1]++;
        }
        double meanJct = Arrays.stream(jct).average().orElse(0);
        double meanSlowdown = Arrays.stream(slowdown).average().orElse(0);
        Arrays.sort(jct);
        Arrays.sort(slowdown);
        double span = n == 0 ? 0 : last - first;
        return new Summary(
                result.settings().policy(),
                n,
                meanJct,
                percentile(jct, 0.5),
                percentile(jct, 0.95),
                percentile(jct, 0.99),
                waited / Math.max(1, n),
                meanSlowdown,
                percentile(slowdown, 0.99),
                span == 0 ? 0 : result.deviceNanos() / (span * result.fleet().deviceCount()),
                span / Ticks.SECOND,
                preemptions,
                fairness(owners),
                error / Math.max(1, n),
                Double.isNaN(result.coverage()) ? null : (Double) result.coverage());
    }

    private static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static Double fairness(Map<String, double[]> owners) {
        if (owners.size() < 2) {
            return null;
        }
        double sum = 0;
        double squares = 0;
        for (double[] o : owners.values()) {
            double x = o[0] / o[1];
            sum += x;
            squares += x * x;
        }
        return sum * sum / (owners.size() * squares);
    }
}
