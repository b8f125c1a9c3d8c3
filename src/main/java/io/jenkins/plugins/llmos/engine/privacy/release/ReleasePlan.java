package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountant;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Calibration;
import java.util.ArrayList;
import java.util.List;

/**
 * The noise of a release, from its request alone: no data is looked at. ε is divided by the queries' weights. Laplace
 * noise and quantiles take their part each; normal noise is chosen for all such queries together at δ.
 */
public final class ReleasePlan {
    /** Units that the largest value is counted in where values are not small whole numbers. */
    private static final long UNITS = 1024;

    private static final double STEP = 1.0005;

    private final ReleaseRequest request;
    private final List<Noise> noises;
    private final PrivacyEvent event;

    /**
     * The noise of one query.
     *
     * @param query the query
     * @param parts one mechanism, two for a mean (sum and count), none for a quantile
     * @param unit what one unit of the first mechanism is worth
     * @param epsilonParts of a quantile, in 2⁻²⁰ths; else 0
     */
    record Noise(Query query, List<Mechanism> parts, double unit, long epsilonParts) {}

    private ReleasePlan(ReleaseRequest request, List<Noise> noises) {
        this.request = request;
        this.noises = noises;
        this.event = event(noises);
    }

    /** The same plan for the same request, on any machine. */
    public static ReleasePlan of(ReleaseRequest request) {
        if (!request.gaussian()) {
            return new ReleasePlan(request, noises(request, 0));
        }
        double weight = weightOfNormal(request);
        if (weight == 0) {
            return new ReleasePlan(request, noises(request, 1));
        }
        Accountant accountant = Accountants.standard();
        double epsilon = request.asked().epsilon() * weight;
        double delta = request.asked().delta();
        double multiplier = Calibration.sigma(accountant, epsilon, delta, 1, 1);
        while (true) {
            List<Noise> noises = noises(request, multiplier);
            List<Noise> normal =
                    noises.stream().filter(n -> !n.parts().isEmpty()).toList();
            if (accountant.epsilon(event(normal), delta) <= epsilon) {
                return new ReleasePlan(request, noises);
            }
            multiplier *= STEP;
        }
    }

    private static double weights(ReleaseRequest request) {
        return request.queries().stream().mapToDouble(Query::weight).sum();
    }

    private static double weightOfNormal(ReleaseRequest request) {
        return request.queries().stream()
                        .filter(q -> q.kind() != Query.Kind.QUANTILE)
                        .mapToDouble(Query::weight)
                        .sum()
                / weights(request);
    }

    /** @param multiplier σ per sensitivity of all normal noise together, as one release */
    private static List<Noise> noises(ReleaseRequest request, double multiplier) {
        List<Noise> noises = new ArrayList<>();
        double normal = weightOfNormal(request);
        for (Query q : request.queries()) {
            double share = q.weight() / weights(request);
            double epsilon = request.asked().epsilon() * share;
            double own = multiplier * Math.sqrt(normal / share);
            noises.add(
                    switch (q.kind()) {
                        case COUNT, HISTOGRAM -> new Noise(q, List.of(mechanism(request, epsilon, own, 1)), 1, 0);
                        case SUM -> {
                            double most = Math.max(Math.abs(q.lower()), Math.abs(q.upper()));
                            boolean small = q.whole() && most <= UNITS;
                            long sensitivity = small ? Math.max(1, (long) Math.ceil(most)) : UNITS;
                            yield new Noise(
                                    q,
                                    List.of(mechanism(request, epsilon, own, sensitivity)),
                                    small ? 1 : most / UNITS,
                                    0);
                        }
                        case MEAN ->
                            new Noise(
                                    q,
                                    List.of(
                                            mechanism(request, epsilon / 2, own * Math.sqrt(2), UNITS),
                                            mechanism(request, epsilon / 2, own * Math.sqrt(2), 1)),
                                    (q.upper() - q.lower()) / 2 / UNITS,
                                    0);
                        case QUANTILE ->
                            new Noise(q, List.of(), 0, (long)
                                    Math.floor(Math.min(epsilon, 1e6) * Quantiles.EPSILON_PARTS));
                    });
        }
        return noises;
    }

    private static Mechanism mechanism(ReleaseRequest request, double epsilon, double multiplier, long sensitivity) {
        return request.gaussian()
                ? Mechanism.gaussian(multiplier, sensitivity)
                : Mechanism.laplace(epsilon, sensitivity);
    }

    private static PrivacyEvent event(List<Noise> noises) {
        List<PrivacyEvent> events = new ArrayList<>();
        for (Noise n : noises) {
            n.parts().forEach(m -> events.add(m.event()));
            if (n.epsilonParts() > 0) {
                events.add(new ApproximateDp((double) n.epsilonParts() / Quantiles.EPSILON_PARTS, 0));
            }
        }
        return events.size() == 1 ? events.get(0) : new Composed(events);
    }

    public ReleaseRequest request() {
        return request;
    }

    List<Noise> noises() {
        return noises;
    }

    /** What the whole release costs. */
    public PrivacyEvent event() {
        return event;
    }

    /** The ε that it costs at the δ that was asked for, never more than was asked for but for rounding. */
    public double epsilon() {
        return Accountants.standard().epsilon(event, request.asked().delta());
    }

    /** The release in words, for the ledger. */
    public String describe() {
        List<String> words = request.queries().stream()
                .map(q -> q.kind().word() + (q.column() == null ? "" : " of " + q.column()))
                .toList();
        return String.join(", ", words);
    }
}
