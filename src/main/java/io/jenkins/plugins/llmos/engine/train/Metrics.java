package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** How well predictions meet the truth. */
final class Metrics {
    private Metrics() {}

    /**
     * Metrics by name.
     *
     * @param scores for each row the classes' probabilities one after another, or the standardised prediction,
     *     or the logarithms of its tokens' probabilities
     * @param targets for each row the class index, or the standardised value
     * @return for classes {@code accuracy}, {@code macroF1} and, where rows of at least two classes are there, {@code
     *     auc}; for regression {@code rmse}, {@code mae} (in the target's unit) and, unless all targets are equal, {@code
     *     r2}; for language {@code perplexity}
     */
    static Map<String, Double> of(FeatureSchema schema, float[] scores, float[] targets) {
        return switch (schema.task()) {
            case REGRESSION -> regression(schema, scores, targets);
            case BINARY, MULTICLASS -> classification(schema, scores, targets);
            case LANGUAGE -> Map.of("perplexity", perplexity(scores));
        };
    }

    /** The exponential of the mean negative logarithm of a token's probability; scores above 0 stand for no token. */
    private static double perplexity(float[] logarithms) {
        double sum = 0;
        long tokens = 0;
        for (float logarithm : logarithms) {
            if (!(logarithm > 0)) {
                sum -= logarithm;
                tokens++;
            }
        }
        return Math.exp(sum / tokens);
    }

    private static Map<String, Double> regression(FeatureSchema schema, float[] predicted, float[] targets) {
        double squares = 0;
        double absolute = 0;
        double mean = 0;
        for (int i = 0; i < targets.length; i++) {
            double error = predicted[i] - targets[i];
            squares += error * error;
            absolute += Math.abs(error);
            mean += targets[i];
        }
        int n = targets.length;
        mean /= n;
        double spread = 0;
        for (float target : targets) {
            spread += (target - mean) * (target - mean);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rmse", Math.sqrt(squares / n) * schema.targetStd());
        metrics.put("mae", absolute / n * schema.targetStd());
        if (spread > 0) {
            metrics.put("r2", 1 - squares / spread);
        }
        return metrics;
    }

    private static Map<String, Double> classification(FeatureSchema schema, float[] scores, float[] targets) {
        int classes = schema.classes();
        long[] right = new long[classes];
        long[] predicted = new long[classes];
        long[] actual = new long[classes];
        for (int i = 0; i < targets.length; i++) {
            int best = best(scores, i * classes, classes);
            int truth = (int) targets[i];
            predicted[best]++;
            actual[truth]++;
            if (best == truth) {
                right[best]++;
            }
        }
        double f1 = 0;
        int present = 0;
        for (int c = 0; c < classes; c++) {
            if (predicted[c] + actual[c] > 0) {
                present++;
                f1 += 2.0 * right[c] / (predicted[c] + actual[c]);
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", (double) Arrays.stream(right).sum() / targets.length);
        metrics.put("macroF1", f1 / present);
        double auc = 0;
        int ranked = 0;
        for (int c = schema.task() == FeatureSchema.Task.BINARY ? 1 : 0; c < classes; c++) {
            if (actual[c] > 0 && actual[c] < targets.length) {
                auc += auc(scores, targets, c, classes);
                ranked++;
            }
        }
        if (ranked > 0) {
            metrics.put("auc", auc / ranked);
        }
        return metrics;
    }

    /** The most probable class; the first of several. */
    static int best(float[] scores, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (scores[from + c] > scores[from + best]) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Area under the curve of one class against the others: the probability that a row of the class scores above one that
     * is not, ties counting half (Hanley, McNeil, Radiology 143, 1982, by the rank sum).
     */
    private static double auc(float[] scores, float[] targets, int c, int classes) {
        int n = targets.length;
        Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i * classes + c]));
        double ranks = 0;
        long positives = 0;
        for (int i = 0; i < n; ) {
            int end = i;
            long tied = 0;
            while (end < n && scores[order[end] * classes + c] == scores[order[i] * classes + c]) {
                tied += targets[order[end]] == c ? 1 : 0;
                end++;
            }
            ranks += tied * (i + 1 + end) / 2.0;
            positives += tied;
            i = end;
        }
        return (ranks - positives * (positives + 1) / 2.0) / ((double) positives * (n - positives));
    }
}
