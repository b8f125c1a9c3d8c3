package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteGaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteLaplace;

/**
 * A privacy loss with finitely many values, in falling order, such as whole-number noise has. Shifts by less than the
 * sensitivity lose less, so that the pair of the whole shift dominates; the two directions mirror each other.
 */
final class TableLoss implements PrivacyLoss {
    /** Values are told apart up to this many; more are joined at the larger loss. */
    private static final int MOST_VALUES = 100_000;

    private final double[] losses;
    private final double[] masses;
    private final double infinite;
    private final boolean bounded;

    private TableLoss(double[] losses, double[] masses, double infinite, boolean bounded) {
        this.losses = losses;
        this.masses = masses;
        this.infinite = infinite;
        this.bounded = bounded;
    }

    static TableLoss of(PrivacyEvent mechanism, double tail) {
        if (mechanism instanceof ApproximateDp a) {
            return response(a);
        } else if (mechanism instanceof DiscreteLaplace l) {
            return laplace(l);
        } else if (mechanism instanceof DiscreteGaussian g) {
            return gaussian(g, tail);
        }
        throw new IllegalStateException("no privacy loss is known of " + mechanism);
    }

    /** Randomised response that fails with probability δ (Kairouz, Oh, Viswanath 2015). */
    private static TableLoss response(ApproximateDp a) {
        double rest = 1 - a.delta();
        double high = rest / (1 + Math.exp(-a.epsilon()));
        double low = rest / (1 + Math.exp(a.epsilon()));
        return new TableLoss(new double[] {a.epsilon(), -a.epsilon()}, new double[] {high, low}, a.delta(), true);
    }

    /** For shift d the loss at x is (|x − d| − |x|)/b: constant up to 0 and from d on. */
    private static TableLoss laplace(DiscreteLaplace l) {
        long d = l.sensitivity();
        double rate = 1 / l.scale();
        long width = (d + MOST_VALUES - 1) / MOST_VALUES;
        int between = (int) ((d - 1 + width - 1) / width);
        double[] losses = new double[between + 2];
        double[] masses = new double[between + 2];
        double head = 1 / (1 + Math.exp(-rate));
        losses[0] = rate * d;
        masses[0] = head;
        for (int i = 0; i < between; i++) {
            long x = 1 + i * width;
            long end = Math.min(d, x + width);
            losses[i + 1] = rate * (d - 2 * x);
            // tanh(rate/2) · Σ e^(−rate·y) for y from x to end − 1, as a geometric sum
            masses[i + 1] = Math.exp(-rate * x) * -Math.expm1(-rate * (end - x)) / (1 + Math.exp(-rate));
        }
        losses[between + 1] = -rate * d;
        masses[between + 1] = Math.exp(-rate * d) * head;
        return new TableLoss(losses, masses, 0, true);
    }

    /**
     * For shift d the loss at x is d(d − 2x)/2σ². The noise is subgaussian (Canonne, Kamath, Steinke 2020, section 3), which
     * bounds what is beyond the reach.
     */
    private static TableLoss gaussian(DiscreteGaussian g, double tail) {
        double variance = g.sigma() * g.sigma();
        long reach = (long) Math.ceil(Math.sqrt(-2 * Math.log(tail)) * g.sigma()) + 1;
        long width = (2 * reach + MOST_VALUES) / MOST_VALUES;
        int values = (int) ((2 * reach + width) / width);
        double[] losses = new double[values];
        double[] masses = new double[values];
        double sum = 0;
        for (int i = 0; i < values; i++) {
            long first = -reach + i * width;
            losses[i] = g.sensitivity() * (g.sensitivity() - 2.0 * first) / (2 * variance);
            for (long x = first; x < first + width; x++) {
                masses[i] += Math.exp(-((double) x * x) / (2 * variance));
            }
            sum += masses[i];
        }
        for (int i = 0; i < values; i++) {
            masses[i] /= sum;
        }
        return new TableLoss(losses, masses, Math.exp(-(double) reach * reach / (2 * variance)), false);
    }

    @Override
    public double least() {
        return losses[losses.length - 1];
    }

    @Override
    public double most() {
        return losses[0];
    }

    @Override
    public double infinite() {
        return infinite;
    }

    @Override
    public boolean bounded() {
        return bounded;
    }

    @Override
    public LossGrid onGrid(double interval) {
        long first = (long) Math.floor(least() / interval);
        int bins = (int) Math.max(1, (long) Math.ceil(most() / interval) - first);
        double[] grid = new double[bins + 1];
        double whole = -Math.expm1(-interval);
        for (int i = 0; i < losses.length; i++) {
            int bin = (int) Math.min(bins - 1, Math.max(0, (long) Math.floor(losses[i] / interval) - first));
            double share = LossGrid.share(losses[i] - (first + bin) * interval, whole);
            grid[bin] += masses[i] * (1 - share);
            grid[bin + 1] += masses[i] * share;
        }
        return new LossGrid(interval, first, grid, infinite);
    }

    @Override
    public void visit(int mostNodes, Visitor visitor) {
        int width = (losses.length + mostNodes - 1) / mostNodes;
        for (int from = 0; from < losses.length; from += width) {
            double mass = 0;
            for (int i = from; i < Math.min(losses.length, from + width); i++) {
                mass += masses[i];
            }
            visitor.mass(losses[from], mass);
        }
    }

    /** The Rényi divergence of the finite losses, given that the mechanism does not fail. */
    double divergence(double order) {
        double max = Math.max((order - 1) * most(), (order - 1) * least());
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += masses[i] / (1 - infinite) * Math.exp((order - 1) * losses[i] - max);
        }
        return Math.max(0, (max + Math.log(sum)) / (order - 1));
    }
}
