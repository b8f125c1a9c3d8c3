package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** How well predictions meet the truth. */
public final class Metrics {
    /** Of more classes it is told how far from the top the right one is ranked. */
    private static final int MANY_CLASSES = 10;

    private Metrics() {}

    /**
     * Metrics by name.
     *
     * @param scores for each row the classes' probabilities one after another, or the standardised prediction,
     *     or the logarithms of its tokens' probabilities
     * @param targets for each row the class index, or the standardised value
     * @return for classes {@code accuracy}, {@code macroF1} and, where rows of at least two classes are there, {@code
     *     auc}; of more than {@value #MANY_CLASSES} classes also {@code recall5} and {@code mrr}; for regression {@code rmse}, {@code mae} (in the target's unit) and, unless all targets are equal, {@code
     *     r2}; for language {@code perplexity}
     */
    public static Map<String, Double> of(FeatureSchema schema, float[] scores, float[] targets) {
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
        if (classes > MANY_CLASSES) {
            double recall = 0;
            double reciprocal = 0;
            for (int i = 0; i < targets.length; i++) {
                double[] ofRow = new double[classes];
                boolean[] relevant = new boolean[classes];
                relevant[(int) targets[i]] = true;
                for (int c = 0; c < classes; c++) {
                    ofRow[c] = scores[i * classes + c];
                }
                int[] places = places(ofRow, relevant, new boolean[classes]);
                recall += recall(places, 5);
                reciprocal += reciprocalRank(places);
            }
            metrics.put("recall5", recall / targets.length);
            metrics.put("mrr", reciprocal / targets.length);
        }
        return metrics;
    }

    /**
     * Where the relevant of some things stand when all are ordered by their scores.
     *
     * @param scores the highest come first
     * @param relevant which are looked for
     * @param left which are not ranked
     * @return places from 1, ascending; different ones for different things
     */
    static int[] places(double[] scores, boolean[] relevant, boolean[] left) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (!left[i]) {
                order.add(i);
            }
        }
        // Things of equal scores in an order that has nothing to do with what they are.
        Collections.shuffle(order, new Random(1));
        order.sort(Comparator.comparingDouble((Integer i) -> -scores[i]));
        return IntStream.range(0, order.size())
                .filter(r -> relevant[order.get(r)])
                .map(r -> r + 1)
                .toArray();
    }

    /**
     * Normalised discounted cumulative gain of the first places, for things that are relevant or not (Järvelin, Kekäläinen,
     * "Cumulated Gain-Based Evaluation of IR Techniques", TOIS 20, 2002): Σ 1/log₂(place + 1) over the relevant, divided by
     * what it would be with all of them in front.
     *
     * @param places of the relevant things, at least one
     * @param shown how many places count
     * @return 0 to 1
     */
    static double ndcg(int[] places, int shown) {
        double gain = 0;
        for (int place : places) {
            gain += place <= shown ? discount(place) : 0;
        }
        double best = 0;
        for (int place = 1; place <= Math.min(places.length, shown); place++) {
            best += discount(place);
        }
        return gain / best;
    }

    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 1.0);
    }

    /** Part of the relevant things that are in the first places. */
    static double recall(int[] places, int shown) {
        return (double) Arrays.stream(places).filter(p -> p <= shown).count() / places.length;
    }

    /** One over the first place that has something relevant; its mean over queries is known as MRR. */
    static double reciprocalRank(int[] places) {
        return 1.0 / Arrays.stream(places).min().orElseThrow();
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
            float score = scores[order[i] * classes + c];
            // Compared as they were sorted, where even what is no number equals itself.
            while (end < n && Double.compare(scores[order[end] * classes + c], score) == 0) {
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
