package io.jenkins.plugins.llmos.engine.privacy.accounting;

import java.util.function.DoubleBinaryOperator;

/** Gauss-Legendre rules (Abramowitz, Stegun 1964, table 25.4) on many small panels. */
final class Quadrature {
    /** Nodes in (−1, 1) and their weights, which add up to 2. */
    static final double[][] TWO = {{-0.5773502691896257, 0.5773502691896257}, {1, 1}};

    static final double[][] FOUR = {
        {-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526},
        {0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538}
    };

    private Quadrature() {}

    /**
     * Visits the nodes of {@code panels} equal panels of [from, to] in order.
     *
     * @param visit takes node and weight; what it gives back is added up
     * @return the sum
     */
    static double sum(double[][] rule, double from, double to, int panels, DoubleBinaryOperator visit) {
        double half = (to - from) / panels / 2;
        double sum = 0;
        for (int p = 0; p < panels; p++) {
            double middle = from + (2 * p + 1) * half;
            for (int k = 0; k < rule[0].length; k++) {
                sum += visit.applyAsDouble(middle + half * rule[0][k], half * rule[1][k]);
            }
        }
        return sum;
    }
}
