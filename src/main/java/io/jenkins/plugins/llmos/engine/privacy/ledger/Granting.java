package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountant;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether something more fits into a budget.
 *
 * @param budget what may be spent
 * @param charged what counts against it
 */
record Granting(Budget budget, List<PrivacyEvent> charged) {
    private static final double ROUNDING = 1e-9;
    private static final double LEAST_PART_OF_DELTA = 0.01;
    private static final double HALF = 0.5;
    private static final int BISECTIONS = 12;

    private static final Accountant ACCOUNTANT = Accountants.standard();

    /** ε of what is charged at the budget's δ. */
    double epsilon() {
        return ACCOUNTANT.epsilon(new Composed(charged), budget.delta());
    }

    /** Whether what is charged keeps the budget. */
    boolean keeps() {
        return epsilon() <= budget.epsilon() * (1 + ROUNDING);
    }

    boolean fits(PrivacyEvent more) {
        List<PrivacyEvent> all = new ArrayList<>(charged);
        all.add(more);
        return new Granting(budget, all).keeps();
    }

    private boolean fits(double epsilon, double delta) {
        return epsilon <= budget.epsilon() * (1 + ROUNDING) && fits(new ApproximateDp(epsilon, delta));
    }

    /** δ of the budget that no reservation takes. */
    private double freeDelta() {
        double log = 0;
        for (PrivacyEvent e : charged) {
            if (e instanceof ApproximateDp a) {
                log += Math.log1p(-a.delta());
            }
        }
        double taken = -Math.expm1(log);
        return Math.max(0, (budget.delta() - taken) / (1 - taken));
    }

    /** What is set aside for a request, or nothing if it does not fit. */
    Optional<Budget> grant(Budget asked) {
        double free = freeDelta();
        double first = Math.min(asked.delta(), free);
        double half = Math.min(asked.delta(), free * HALF);
        double least = asked.delta() * LEAST_PART_OF_DELTA;
        if (half < first && half >= least && fits(2 * asked.epsilon(), first)) {
            first = half;
        }
        for (double delta = first; delta >= least; delta *= HALF) {
            if (fits(asked.epsilon(), delta)) {
                return Optional.of(new Budget(asked.epsilon(), delta));
            }
        }
        return Optional.empty();
    }

    /** The largest ε that is still granted for a δ of at most this, to a few digits; nothing if there is none. */
    Optional<Budget> left(double delta) {
        double at = Math.max(delta * LEAST_PART_OF_DELTA, Math.min(delta, freeDelta() * HALF));
        if (charged.isEmpty()) {
            return Optional.of(new Budget(budget.epsilon(), Math.min(delta, budget.delta())));
        }
        double low = 0;
        double high = budget.epsilon();
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (fits(middle, at)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low > 0 ? Optional.of(new Budget(low, at)) : Optional.empty();
    }
}
