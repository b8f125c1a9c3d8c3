package io.jenkins.plugins.llmos.engine.privacy.accounting;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * Rényi divergences D(P‖Q) of one application of a sampled mechanism, P = (1 − q)·Q + q·Q′ the release with the record
 * and Q without it. This direction is the larger one for noise that a reflection maps from Q to Q′ (Mironov, Talwar, Zhang
 * 2019, Theorem 5), as normal and Laplace noise do.
 *
 * <p>With w = P/Q the divergence of order α is log(A)/(α − 1), A = E[w^α] under Q. Where it can be, A − 1 is computed
 * rather than A, as the mean of w^α − 1 − α(w − 1) (E[w] is 1), so that small divergences keep their digits.
 */
final class RenyiDivergences {
    private static final int MOST_TERMS = 1000;

    /** Laplace noise so small that the quadrature would need too many panels. */
    private static final double SMALL_SCALE = 1e-3;

    private RenyiDivergences() {}

    /**
     * Of the sampled Gaussian mechanism (Mironov, Talwar, Zhang 2019, section 3.3): whole orders by the binomial sum,
     * fractional ones by the two series. These alternate from the term a on; every term is added at its absolute value,
     * which is an upper bound that no cancellation can spoil, and an order whose series has not converged after {@value
     * #MOST_TERMS} terms is left out. Both are usual, and keep figures equal to those of other accountants; the exact
     * integral is lower for orders below 3, which matter where ε is above ten or so.
     *
     * @param q above 0 and at most 1
     * @param divergences receives one divergence an order; infinite for an order left out
     */
    static void gaussian(double q, double sigma, double[] orders, double[] divergences) {
        double variance = sigma * sigma;
        for (int i = 0; i < orders.length; i++) {
            double a = orders[i];
            if (q == 1) {
                divergences[i] = a / (2 * variance);
            } else if (a == Math.rint(a)) {
                divergences[i] = whole(q, (int) a, k -> k * (k - 1) / (2 * variance));
            } else {
                divergences[i] = series(q, sigma, a) / (a - 1);
            }
        }
    }

    /** An upper bound of log A, infinite where it does not converge; split where both parts of the mixture weigh the same. */
    private static double series(double q, double sigma, double a) {
        double variance = sigma * sigma;
        double logQ = Math.log(q);
        double logRest = Math.log1p(-q);
        double split = variance * (logRest - logQ) + 0.5;
        double logBinomial = 0;
        double total = Double.NEGATIVE_INFINITY;
        double lastBelow = Double.NEGATIVE_INFINITY;
        double lastAbove = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < MOST_TERMS; i++) {
            double j = a - i;
            double below = logBinomial
                    + i * logQ
                    + j * logRest
                    + i * (i - 1.0) / (2 * variance)
                    + logUpperTail((i - split) / sigma);
            double above = logBinomial
                    + j * logQ
                    + i * logRest
                    + j * (j - 1) / (2 * variance)
                    + logUpperTail((split - j) / sigma);
            total = logAdd(total, logAdd(below, above));
            if (below < lastBelow && above < lastAbove && Math.max(below, above) < total - 30) {
                return Math.max(0, total);
            }
            lastBelow = below;
            lastAbove = above;
            logBinomial += Math.log(Math.abs(j) / (i + 1));
        }
        return Double.POSITIVE_INFINITY;
    }

    /** log of the probability that a standard normal is above z. */
    private static double logUpperTail(double z) {
        double x = z / Math.sqrt(2);
        return x > 0 ? Math.log(Erfcx.value(x) / 2) - x * x : Math.log(Erfc.value(x) / 2);
    }

    private static double logAdd(double a, double b) {
        double max = Math.max(a, b);
        return max == Double.NEGATIVE_INFINITY ? max : max + Math.log1p(Math.exp(Math.min(a, b) - max));
    }

    /** e^log · (w^a − 1 − a(w − 1)) with w = e^loss. */
    private static double excess(double a, double loss, double log) {
        return a * loss < 30
                ? Math.exp(log) * Math.max(0, Math.expm1(a * loss) - a * Math.expm1(loss))
                : Math.exp(a * loss + log) - Math.exp(log) * (1 - a) - a * Math.exp(loss + log);
    }

    /**
     * Of the sampled Laplace mechanism. Without sampling by Mironov 2017, Proposition 6; whole orders by the binomial
     * sum over it; fractional ones by quadrature between the two centres, outside of which the loss is constant.
     *
     * @param q above 0 and at most 1
     * @param divergences receives one divergence an order; infinite where it is not computed
     */
    static void laplace(double q, double scale, double[] orders, double[] divergences) {
        for (int i = 0; i < orders.length; i++) {
            double a = orders[i];
            if (q == 1) {
                divergences[i] = laplaceMoment(a, scale) / (a - 1);
            } else if (a == Math.rint(a)) {
                divergences[i] = whole(q, (int) a, k -> laplaceMoment(k, scale));
            } else {
                divergences[i] = scale < SMALL_SCALE ? Double.POSITIVE_INFINITY : fractionalLaplace(q, scale, a);
            }
        }
    }

    /** log E[(Q′/Q)^a] under Q, that is (a − 1) times the divergence. */
    private static double laplaceMoment(double a, double scale) {
        double up = Math.log(a / (2 * a - 1)) + (a - 1) / scale;
        double down = (a - 1) / (2 * a - 1) * Math.exp(-a / scale);
        return up + Math.log1p(down * Math.exp(-up));
    }

    private static double fractionalLaplace(double q, double scale, double a) {
        int panels = (int) Math.ceil(32 / scale) + 8;
        double below = excess(a, mixedLoss(q, -1 / scale), Math.log(0.5));
        double above = excess(a, mixedLoss(q, 1 / scale), Math.log(0.5) - 1 / scale);
        double between = Quadrature.sum(
                Quadrature.FOUR,
                0,
                1,
                panels,
                (x, weight) -> weight * excess(a, mixedLoss(q, (2 * x - 1) / scale), -x / scale - Math.log(2 * scale)));
        return Math.log1p(below + between + above) / (a - 1);
    }

    /**
     * The loss log P/Q of the mixture where log Q′/Q is {@code loss}; keeps its digits for any q.
     *
     * @param q above 0 and at most 1
     */
    static double mixedLoss(double q, double loss) {
        if (q == 1) {
            return loss;
        }
        if (q > 0.5 && loss < 0) {
            return Math.log((1 - q) + q * Math.exp(loss));
        }
        return loss < 30
                ? Math.log1p(q * Math.expm1(loss))
                : loss + Math.log(q) + Math.log1p((1 - q) / q * Math.exp(-loss));
    }

    /**
     * A whole order (Mironov, Talwar, Zhang 2019, section 3.3): A = Σ C(a,k) (1 − q)^(a−k) q^k E_k, of which 1 = Σ C(a,k)
     * (1 − q)^(a−k) q^k is taken term by term.
     *
     * @param q above 0 and below 1
     * @param logMoment log E_k for k from 2 up; E_0 and E_1 are 1
     */
    private static double whole(double q, int a, DoubleUnaryOperator logMoment) {
        double[] logs = new double[a + 1];
        double logBinomial = Math.log(a);
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 2; k <= a; k++) {
            logBinomial += Math.log((double) (a - k + 1) / k);
            double moment = logMoment.applyAsDouble(k);
            double excess = moment < 30 ? Math.log(Math.expm1(moment)) : moment;
            logs[k] = logBinomial + (a - k) * Math.log1p(-q) + k * Math.log(q) + excess;
            max = Math.max(max, logs[k]);
        }
        double sum = 0;
        for (int k = 2; k <= a; k++) {
            sum += Math.exp(logs[k] - max);
        }
        double log = max + Math.log(sum);
        return (log < 30 ? Math.log1p(Math.exp(log)) : log) / (a - 1);
    }
}
