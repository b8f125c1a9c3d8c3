package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of an account was spent for good, over time.
 *
 * @param names of the data set, all that share it
 * @param budget what may be spent
 * @param points in order of time
 */
public record Spending(List<String> names, Budget budget, List<Point> points) {
    public Spending {
        names = List.copyOf(names);
        points = List.copyOf(points);
    }

    /**
     * What was spent up to a time.
     *
     * @param epsilon at the δ of the present budget
     */
    public record Point(Instant time, double epsilon) {}

    /**
     * Composes what was spent after each charge.
     *
     * @param most so many points at most, evenly spread, at least 2; composing takes a while
     */
    static Spending of(LedgerState state, List<String> names, Budget budget, int most) {
        List<PrivacyEvent> spent = state.spent(names.get(0));
        List<Instant> times = state.records().stream()
                .filter(r -> r.dataSet() != null && names.contains(r.dataSet()))
                .filter(LedgerState::charges)
                .map(LedgerRecord::time)
                .toList();
        List<Point> points = new ArrayList<>();
        int n = Math.min(most, spent.size());
        for (int i = 0; i < n; i++) {
            int last = n == 1 ? spent.size() - 1 : (int) ((long) i * (spent.size() - 1) / (n - 1));
            double epsilon = new Granting(budget, spent.subList(0, last + 1)).epsilon();
            points.add(new Point(times.get(last), epsilon));
        }
        return new Spending(names, budget, points);
    }
}
