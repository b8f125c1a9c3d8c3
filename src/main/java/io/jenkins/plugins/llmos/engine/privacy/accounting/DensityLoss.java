package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;

/**
 * The privacy loss of one application of a sampled mechanism in one of the two directions of add-or-remove-one: the log
 * of the ratio of the release's densities on the two neighbours, as a random variable under the first. With Q the release
 * without the record and Q′ with it for certain, the pair is ((1 − q)Q + qQ′, Q) for a record removed and (Q, (1 − q)Q +
 * qQ′) for one added; each dominates all pairs of its direction (Zhu, Dong, Wang, AISTATS 2022, Theorem 11).
 *
 * <p>It is described over one coordinate x in which it does not fall, between {@link #from} and {@link #to}; the mass
 * beyond lies at the ends.
 */
final class DensityLoss implements PrivacyLoss {
    private final double q;
    private final boolean removed;
    private final boolean normal;
    /** σ of the normal, b of the Laplace noise. */
    private final double noise;

    private final double from;
    private final double to;

    /** The arguments are those of {@link PrivacyLoss#of}. */
    DensityLoss(Part part, boolean removed, double tail) {
        this.q = part.q();
        this.removed = removed;
        if (part.mechanism() instanceof Gaussian g) {
            normal = true;
            noise = g.sigma();
            double reach = Math.sqrt(-2 * Math.log(tail)) * noise;
            from = -reach;
            to = removed ? 1 + reach : reach;
        } else if (part.mechanism() instanceof Laplace l) {
            normal = false;
            noise = l.scale();
            from = removed ? 0 : -1;
            to = removed ? 1 : 0;
        } else {
            throw new IllegalStateException("no privacy loss is known of " + part.mechanism());
        }
    }

    double from() {
        return from;
    }

    double to() {
        return to;
    }

    /** A width over which density and loss are smooth enough for four nodes. */
    double panel() {
        return normal ? Math.min(noise / 2, noise * noise) : noise / 4;
    }

    @Override
    public double infinite() {
        double reach = (removed ? to - 1 : to) / noise;
        return normal ? 0.5 * Math.exp(-reach * reach / 2) : 0;
    }

    /** The mass beyond {@link #to} at which the loss is what it is there. */
    double top() {
        if (normal) {
            return 0;
        }
        double far = 0.5 * Math.exp(-1 / noise);
        return removed ? (1 - q) * far + q * 0.5 : 0.5;
    }

    double loss(double x) {
        return removed ? RenyiDivergences.mixedLoss(q, logRatio(x)) : -RenyiDivergences.mixedLoss(q, logRatio(-x));
    }

    /** log Q′/Q. */
    private double logRatio(double x) {
        return normal ? (2 * x - 1) / (2 * noise * noise) : (2 * x - 1) / noise;
    }

    /** Where the loss is this; an end where it is nowhere. */
    double at(double loss) {
        double ratio = ratio(removed ? loss : -loss);
        if (ratio == Double.NEGATIVE_INFINITY) {
            return removed ? from : to;
        }
        double x = normal ? ratio * noise * noise + 0.5 : (ratio * noise + 1) / 2;
        return Math.min(to, Math.max(from, removed ? x : -x));
    }

    /** log Q′/Q where that of the mixture is {@code mixed}; minus infinity where the mixture's is never so low. */
    private double ratio(double mixed) {
        if (q == 1) {
            return mixed;
        }
        if (mixed > 30) {
            return mixed - Math.log(q) + Math.log1p((q - 1) * Math.exp(-mixed));
        }
        if (q > 0.5 && mixed < 0) {
            return Math.log(Math.max(0, Math.exp(mixed) - (1 - q)) / q);
        }
        return Math.log1p(Math.max(-1, Math.expm1(mixed) / q));
    }

    /** Density at x, whose loss is given, under the first of the pair. */
    double density(double x, double loss) {
        double log = normal
                ? -x * x / (2 * noise * noise) - Math.log(noise) - 0.5 * Math.log(2 * Math.PI)
                : -Math.abs(x) / noise - Math.log(2 * noise);
        return Math.exp(removed ? log + loss : log);
    }

    @Override
    public double least() {
        return loss(from);
    }

    @Override
    public double most() {
        return loss(to);
    }

    @Override
    public boolean bounded() {
        return !normal;
    }

    @Override
    public LossGrid onGrid(double interval) {
        return LossGrid.of(this, interval);
    }

    @Override
    public void visit(int mostNodes, Visitor visitor) {
        int panels = Math.min(mostNodes / Quadrature.FOUR[0].length, (int) Math.ceil((to - from) / panel()));
        double sum = Quadrature.sum(Quadrature.FOUR, from, to, panels, (x, weight) -> {
            double l = loss(x);
            double m = weight * density(x, l);
            visitor.mass(l, m);
            return m;
        });
        visitor.mass(most(), top());
        visitor.mass(least(), Math.max(0, 1 - sum - top()));
    }
}
