package io.jenkins.plugins.llmos.engine.train.inspect;

import java.util.ArrayList;
import java.util.List;

/**
 * How sure a model is of the class it names, beside how often it is right (Guo, Pleiss, Sun, Weinberger, "On Calibration of
 * Modern Neural Networks", ICML 2017, section 2).
 *
 * @param error expected calibration error: the mean distance of confidence and accuracy over the bins, weighted by their rows
 * @param largest the largest of these distances among bins of at least {@value #ENOUGH} rows, 0 if there are none
 * @param brier mean over the rows of Σ over the classes of (probability − truth)² (Brier, "Verification of Forecasts Expressed
 *     in Terms of Probability", Monthly Weather Review 78, 1950), 0 to 2
 * @param bins of equal width from 0 to 1; empty ones are left out
 */
public record Calibration(double error, double largest, double brier, List<Bin> bins) {
    static final int BINS = 10;
    static final int ENOUGH = 10;

    /**
     * Rows whose confidence is in a range.
     *
     * @param low where the range begins
     * @param high where it ends
     * @param rows in it
     * @param confidence mean probability of the class named
     * @param accuracy part of the rows that are right, with its interval
     */
    public record Bin(double low, double high, int rows, double confidence, Proportions.Interval accuracy) {}

    /**
     * @param probabilities row by row
     * @param predicted class of each row
     * @param truths class of each row
     */
    static Calibration of(float[] probabilities, int[] predicted, int[] truths) {
        int n = truths.length;
        int classes = probabilities.length / n;
        int[] rows = new int[BINS];
        int[] right = new int[BINS];
        double[] sure = new double[BINS];
        double brier = 0;
        for (int i = 0; i < n; i++) {
            double confidence = probabilities[i * classes + predicted[i]];
            int bin = (int) Math.min(BINS - 1, Math.floor(confidence * BINS));
            rows[bin]++;
            sure[bin] += confidence;
            right[bin] += predicted[i] == truths[i] ? 1 : 0;
            for (int c = 0; c < classes; c++) {
                double miss = probabilities[i * classes + c] - (c == truths[i] ? 1 : 0);
                brier += miss * miss;
            }
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        double largest = 0;
        for (int b = 0; b < BINS; b++) {
            if (rows[b] == 0) {
                continue;
            }
            Bin bin = new Bin(
                    b / (double) BINS,
                    (b + 1) / (double) BINS,
                    rows[b],
                    sure[b] / rows[b],
                    Proportions.wilson(right[b], rows[b]));
            bins.add(bin);
            double distance = Math.abs(bin.confidence - bin.accuracy.value());
            error += distance * rows[b] / n;
            if (rows[b] >= ENOUGH) {
                largest = Math.max(largest, distance);
            }
        }
        return new Calibration(error, largest, brier / n, bins);
    }
}
