package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.util.function.DoubleUnaryOperator;

/**
 * Turns an accountant round: the noise, or the steps, that a budget asks for. Both keep a bracket whose one end is within
 * the budget and narrow it by false position on logarithms (Illinois rule; Dowell, Jarratt, BIT 11, 1971), so the answer
 * is always within the budget, as the accountant sees it.
 */
public final class Calibration {
    private static final double LEAST_SIGMA = 1e-2;
    private static final double MOST_SIGMA = 1e6;

    /** Width of the last bracket on the logarithm of σ. */
    private static final double PRECISION = 1e-6;

    private Calibration() {}

    /**
     * The smallest noise multiplier for which a training is (ε, δ)-differentially private, at most a millionth too large.
     *
     * @param epsilon above 0
     * @param delta above 0 and below 1
     * @param q as of {@link PrivacyEvent#training}
     * @param steps as of {@link PrivacyEvent#training}
     * @return from 0.01 up
     * @throws InvalidInputException if an argument is out of its range, or even σ of a million spends more
     */
    public static double sigma(Accountant accountant, double epsilon, double delta, double q, long steps) {
        Accountant.requireEpsilon(epsilon, Double.MIN_VALUE);
        Accountant.requireDelta(delta);
        DoubleUnaryOperator excess =
                log -> Math.log(accountant.epsilon(PrivacyEvent.training(q, Math.exp(log), steps), delta) / epsilon);
        double least = Math.log(LEAST_SIGMA);
        double most = Math.log(MOST_SIGMA);
        double enough = 0;
        double y = excess.applyAsDouble(enough);
        double step = y > 0 ? 1 : -1;
        double before = enough;
        double yBefore = y;
        while (y > 0 == step > 0) {
            if (enough <= least) {
                return LEAST_SIGMA;
            }
            if (enough >= most) {
                throw new InvalidInputException("No noise reaches ε " + epsilon + " and δ " + delta + " over " + steps
                        + " steps at a sampling rate of " + q + ", as the accountant '" + accountant.name()
                        + "' sees it. Allow a larger ε or take fewer steps.");
            }
            before = enough;
            yBefore = y;
            enough = Math.min(most, Math.max(least, enough + step));
            y = excess.applyAsDouble(enough);
            step *= 1.5;
        }
        double tooLittle = step > 0 ? before : enough;
        double yLittle = step > 0 ? yBefore : y;
        double plenty = step > 0 ? enough : before;
        double yPlenty = step > 0 ? y : yBefore;
        return Math.exp(narrow(excess, tooLittle, yLittle, plenty, yPlenty, PRECISION));
    }

    /**
     * The most steps for which a training is (ε, δ)-differentially private.
     *
     * @param epsilon above 0
     * @param delta above 0 and below 1
     * @param q as of {@link PrivacyEvent#training}
     * @param sigma as of {@link PrivacyEvent#training}
     * @return from 0, where one step is too much already, to {@link PrivacyEvent#MAX_COUNT}
     * @throws InvalidInputException if an argument is out of its range
     */
    public static long steps(Accountant accountant, double epsilon, double delta, double q, double sigma) {
        Accountant.requireEpsilon(epsilon, Double.MIN_VALUE);
        Accountant.requireDelta(delta);
        long within = 0;
        double yWithin = Double.NEGATIVE_INFINITY;
        long over = 1;
        double yOver = excess(accountant, epsilon, delta, q, sigma, over);
        while (yOver <= 0) {
            if (over == PrivacyEvent.MAX_COUNT) {
                return over;
            }
            within = over;
            yWithin = yOver;
            over = Math.min(PrivacyEvent.MAX_COUNT, over * 8);
            yOver = excess(accountant, epsilon, delta, q, sigma, over);
        }
        boolean lastWithin = false;
        int same = 0;
        while (over - within > 1) {
            double at = between(Math.log(Math.max((double) within, 0.5)), yWithin, Math.log((double) over), yOver);
            long steps = same > 3
                    ? within + (over - within) / 2
                    : Math.max(within + 1, Math.min(over - 1, Math.round(Math.exp(at))));
            double y = excess(accountant, epsilon, delta, q, sigma, steps);
            boolean isWithin = y <= 0;
            same = isWithin == lastWithin ? same + 1 : 0;
            lastWithin = isWithin;
            if (isWithin) {
                within = steps;
                yWithin = y;
                yOver = same > 0 ? yOver / 2 : yOver;
            } else {
                over = steps;
                yOver = y;
                yWithin = same > 0 ? yWithin / 2 : yWithin;
            }
        }
        return within;
    }

    private static double excess(
            Accountant accountant, double epsilon, double delta, double q, double sigma, long steps) {
        return Math.log(accountant.epsilon(PrivacyEvent.training(q, sigma, steps), delta) / epsilon);
    }

    /** The end within the budget, {@code plenty}, of a bracket no wider than {@code precision}. */
    private static double narrow(
            DoubleUnaryOperator excess,
            double tooLittle,
            double yLittle,
            double plenty,
            double yPlenty,
            double precision) {
        double low = tooLittle;
        double high = plenty;
        double yLow = yLittle;
        double yHigh = yPlenty;
        int side = 0;
        while (high - low > precision) {
            double x = Math.abs(side) > 3 ? (low + high) / 2 : between(low, yLow, high, yHigh);
            x = Math.min(high - precision / 2, Math.max(low + precision / 2, x));
            double y = excess.applyAsDouble(x);
            if (y <= 0) {
                high = x;
                yHigh = y;
                side = Math.max(1, side + 1);
                yLow = side > 1 ? yLow / 2 : yLow;
            } else {
                low = x;
                yLow = y;
                side = Math.min(-1, side - 1);
                yHigh = side < -1 ? yHigh / 2 : yHigh;
            }
        }
        return high;
    }

    /** Where the line through both ends crosses zero; the middle where an end is infinite. */
    private static double between(double low, double yLow, double high, double yHigh) {
        double x = low + (high - low) * (yLow / (yLow - yHigh));
        return x >= low && x <= high ? x : (low + high) / 2;
    }
}
