package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;

/**
 * The privacy loss of one application of a mechanism: the log of the ratio of the release's densities on two neighbours,
 * as a random variable under the first.
 */
interface PrivacyLoss {
    /**
     * Of a part.
     *
     * @param part its count does not matter
     * @param removed the direction; the two are the same where there is no sampling
     * @param tail probability at either end that may count as an infinite loss, above 0
     */
    static PrivacyLoss of(Part part, boolean removed, double tail) {
        return part.mechanism() instanceof Gaussian || part.mechanism() instanceof Laplace
                ? new DensityLoss(part, removed, tail)
                : TableLoss.of(part.mechanism(), tail);
    }

    /** Whether the event's two directions are the same. */
    static boolean symmetric(Part part) {
        return part.q() == 1;
    }

    /** Takes the loss of a place and the probability there. */
    interface Visitor {
        void mass(double loss, double mass);
    }

    /** The lowest loss; what is lower counts as this. */
    double least();

    /** The largest finite loss. */
    double most();

    /** At most this much of the mass has an infinite loss or counts as if. */
    double infinite();

    /** Whether the mechanism itself has no finite loss above {@link #most}. */
    boolean bounded();

    /** This loss rounded to multiples of the interval so that it dominates. */
    LossGrid onGrid(double interval);

    /** Tells all of the finite losses, roughly if there are more places than {@code mostNodes}. */
    void visit(int mostNodes, Visitor visitor);
}
