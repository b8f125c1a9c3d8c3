package io.jenkins.plugins.llmos.engine.privacy.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The likelihood-ratio attack (Carlini et al., "Membership Inference Attacks From First Principles", S&amp;P 2022, algorithm 1
 * and section VI.C): how much likelier a row's confidence is among shadow models that were trained on the row than among
 * those that were not. Means are each row's own; with few shadow models variances are not, so they are pooled over all rows.
 */
final class Lira {
    /** Fewer leave each row one model a side, and so no variance. */
    static final int FEWEST = 4;

    private static final double LEAST_VARIANCE = 1e-12;

    private Lira() {}

    /**
     * Draws which rows each shadow model is trained on: random halves, and after each its complement, so that each row is in
     * exactly half of them.
     *
     * @param shadows how many, even
     * @return for each model and row, whether it is in
     */
    static List<boolean[]> halves(int rows, int shadows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<boolean[]> halves = new ArrayList<>();
        for (int s = 0; s < shadows; s += 2) {
            boolean[] half = new boolean[rows];
            int left = rows / 2;
            // Selection sampling (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S).
            for (int i = 0; i < rows; i++) {
                half[i] = random.nextInt(rows - i) < left;
                left -= half[i] ? 1 : 0;
            }
            boolean[] rest = new boolean[rows];
            for (int i = 0; i < rows; i++) {
                rest[i] = !half[i];
            }
            halves.add(half);
            halves.add(rest);
        }
        return halves;
    }

    /**
     * Scores rows, higher for likelier members.
     *
     * @param confidences of the attacked model, one for each row
     * @param in for each shadow model and row, whether it was trained on the row
     * @param shadows for each shadow model its confidences
     */
    static double[] scores(double[] confidences, List<boolean[]> in, List<double[]> shadows) {
        Side with = new Side(confidences.length, in, shadows, true);
        Side without = new Side(confidences.length, in, shadows, false);
        double[] scores = new double[confidences.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = with.logDensity(i, confidences[i]) - without.logDensity(i, confidences[i]);
        }
        return scores;
    }

    /** Gaussians of the confidences of the models that were trained on a row, or of those that were not. */
    private static final class Side {
        private final double[] means;
        private final double variance;

        private Side(int rows, List<boolean[]> in, List<double[]> shadows, boolean side) {
            means = new double[rows];
            double squares = 0;
            int freedom = 0;
            for (int i = 0; i < rows; i++) {
                int count = 0;
                for (int s = 0; s < shadows.size(); s++) {
                    if (in.get(s)[i] == side) {
                        means[i] += shadows.get(s)[i];
                        count++;
                    }
                }
                means[i] /= count;
                for (int s = 0; s < shadows.size(); s++) {
                    if (in.get(s)[i] == side) {
                        squares += Math.pow(shadows.get(s)[i] - means[i], 2);
                    }
                }
                freedom += count - 1;
            }
            variance = Math.max(LEAST_VARIANCE, squares / freedom);
        }

        /** But for a constant. */
        private double logDensity(int row, double confidence) {
            return -Math.log(variance) / 2 - Math.pow(confidence - means[row], 2) / (2 * variance);
        }
    }
}
