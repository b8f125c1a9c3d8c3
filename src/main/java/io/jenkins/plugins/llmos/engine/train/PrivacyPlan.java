package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountant;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Calibration;
import io.jenkins.plugins.llmos.engine.privacy.random.GridNormal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a private training keeps its budget: Poisson samples of rate q = batch/rows and the least noise for which all planned
 * steps together are (ε, δ)-differentially private (Abadi et al., "Deep Learning with Differential Privacy", CCS 2016).
 */
final class PrivacyPlan {
    /** A part in a thousand more sensitivity than C, for the rounding errors of norms and sums in 32-bit floats. */
    private static final double ROUNDING = 1 + 0x1p-10;
    /** Points of the curve of ε over the steps. */
    private static final long POINTS = 20;

    private final PrivacySpec spec;
    private final double sampleRate;
    private final double expectedBatch;
    private final long steps;
    private final double noiseMultiplier;
    private final Accountant accountant = Accountants.standard();
    private final Map<Long, Double> curve = new ConcurrentHashMap<>();

    /**
     * @param rows to train on
     * @param batch rows of a step, in expectation
     * @param steps of the whole training
     * @throws InvalidInputException if δ is above one over the rows, or no noise is enough
     */
    PrivacyPlan(PrivacySpec spec, int rows, int batch, long steps) {
        if (spec.delta() > 1.0 / rows) {
            throw new InvalidInputException("llmosPrivatize's argument 'delta' is " + spec.delta() + ", above 1/" + rows
                    + ", one over the number of training rows: such a promise would allow to publish some rows whole."
                    + " Take a smaller one, such as " + Math.pow(10, Math.floor(-Math.log10((double) rows)) - 1)
                    + ". Nothing was spent.");
        }
        this.spec = spec;
        this.steps = steps;
        expectedBatch = batch;
        sampleRate = Math.min(1, (double) batch / rows);
        noiseMultiplier = spec.withoutNoise()
                ? 0
                : Calibration.sigma(accountant, spec.epsilon(), spec.delta(), sampleRate, steps);
    }

    PrivacySpec spec() {
        return spec;
    }

    double sampleRate() {
        return sampleRate;
    }

    double expectedBatch() {
        return expectedBatch;
    }

    /** Steps that may be released. */
    long steps() {
        return steps;
    }

    /** σ: standard deviation of the noise over C; 0 without noise. */
    double noiseMultiplier() {
        return noiseMultiplier;
    }

    String accountant() {
        return accountant.name();
    }

    /**
     * The width Δ of a grid step, such that noise of 2²⁰ of them is σ times the most that one row can move the sum of
     * gradients rounded to the grid: C, plus Δ√d for the rounding of d numbers.
     *
     * @param parameters d
     * @throws InvalidInputException if the noise is too small for a sum of so many parameters
     */
    double gridStep(long parameters) {
        if (noiseMultiplier == 0) {
            return 1;
        }
        double rest = GridNormal.DEVIATION - noiseMultiplier * Math.sqrt((double) parameters);
        if (rest < GridNormal.DEVIATION / 2) {
            throw new InvalidInputException("The model has " + parameters + " parameters, and the noise multiplier is "
                    + noiseMultiplier
                    + "; at that the grid that the noise is added on would be too coarse. Take a smaller"
                    + " model, or spend more privacy.");
        }
        return noiseMultiplier * spec.clip() * ROUNDING / rest;
    }

    /** An upper bound of the ε that some steps spend, at the plan's δ; infinite without noise. */
    double epsilon(long made) {
        if (made == 0) {
            return 0;
        }
        if (noiseMultiplier == 0) {
            return Double.POSITIVE_INFINITY;
        }
        long stride = Math.max(1, (steps + POINTS - 1) / POINTS);
        long point = made >= steps ? made : Math.min(steps, (made + stride - 1) / stride * stride);
        return curve.computeIfAbsent(
                point, p -> accountant.epsilon(PrivacyEvent.training(sampleRate, noiseMultiplier, p), spec.delta()));
    }
}
