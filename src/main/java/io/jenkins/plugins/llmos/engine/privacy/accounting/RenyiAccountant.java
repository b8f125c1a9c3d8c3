package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteGaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;
import java.util.stream.IntStream;

/**
 * Rényi differential privacy (Mironov, CSF 2017): divergences of a fixed set of orders add up under composition
 * (Proposition 1) and are converted to (ε, δ) by Canonne, Kamath, Steinke (NeurIPS 2020), Proposition 12. Fast and a
 * little loose. The orders are the usual ones, 1.1 to 10.9 by tenths, 11 to 63, 128, 256, 512 and 1,024, so that figures
 * agree with those of other accountants.
 *
 * <p>An (ε, δ) event fails with probability δ and is randomised response otherwise; failures are set off against δ first.
 * Discrete normal noise has the divergences of normal noise (Canonne, Kamath, Steinke 2020, Proposition 5).
 */
public final class RenyiAccountant implements Accountant {
    private static final double[] ORDERS = IntStream.concat(
                    IntStream.rangeClosed(11, 109),
                    IntStream.concat(
                            IntStream.rangeClosed(11, 63).map(a -> 10 * a), IntStream.of(1280, 2560, 5120, 10240)))
            .mapToDouble(tenths -> tenths / 10.0)
            .toArray();

    @Override
    public String name() {
        return "rdp";
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where an order's divergence r has δ² > 1 − e^(−r), total variation alone is at most δ (Bretagnolle, Huber 1979;
     * the divergence of order 1 is at most r), and ε is 0.
     */
    @Override
    public double epsilon(PrivacyEvent event, double delta) {
        Accountant.requireDelta(delta);
        double failure = Part.failure(Part.of(event));
        return failure >= delta ? Double.POSITIVE_INFINITY : unfailing(event, (delta - failure) / (1 - failure));
    }

    private static double unfailing(PrivacyEvent event, double delta) {
        double[] divergences = divergences(event);
        double epsilon = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ORDERS.length; i++) {
            double a = ORDERS[i];
            double r = divergences[i];
            epsilon = delta * delta + Math.expm1(-r) > 0
                    ? 0
                    : Math.min(epsilon, r + Math.log1p(-1 / a) - Math.log(delta * a) / (a - 1));
        }
        return Math.max(0, epsilon);
    }

    @Override
    public double delta(PrivacyEvent event, double epsilon) {
        Accountant.requireEpsilon(epsilon, 0);
        double[] divergences = divergences(event);
        double delta = 1;
        for (int i = 0; i < ORDERS.length; i++) {
            double a = ORDERS[i];
            double r = divergences[i];
            delta = Math.min(delta, Math.sqrt(-Math.expm1(-r)));
            delta = Math.min(delta, Math.exp((a - 1) * (r - epsilon + Math.log1p(-1 / a)) - Math.log(a)));
        }
        double failure = Part.failure(Part.of(event));
        return failure + (1 - failure) * delta;
    }

    private static double[] divergences(PrivacyEvent event) {
        double[] sum = new double[ORDERS.length];
        for (Part part : Part.of(event)) {
            double[] one = new double[ORDERS.length];
            if (part.mechanism() instanceof Gaussian g) {
                RenyiDivergences.gaussian(part.q(), g.sigma(), ORDERS, one);
            } else if (part.mechanism() instanceof Laplace l) {
                RenyiDivergences.laplace(part.q(), l.scale(), ORDERS, one);
            } else if (part.mechanism() instanceof DiscreteGaussian g) {
                double ratio = g.sensitivity() / g.sigma();
                RenyiDivergences.gaussian(1, 1 / ratio, ORDERS, one);
            } else {
                TableLoss loss = TableLoss.of(part.mechanism(), 0.5);
                for (int i = 0; i < one.length; i++) {
                    one[i] = loss.divergence(ORDERS[i]);
                }
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part.count() * one[i];
            }
        }
        return sum;
    }
}
