package io.jenkins.plugins.llmos.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MetricsTest {
    /** As of a training that has diverged, which is told a step later. */
    @Test
    void whatIsNoNumberIsMeasuredToo() {
        float[] scores = new float[8];
        Arrays.fill(scores, Float.NaN);
        Map<String, Double> metrics = assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> Metrics.of(schema(Task.BINARY, "a", "b"), scores, new float[] {0, 1, 0, 1}));
        assertEquals(0.5, metrics.get("auc"), metrics.toString());
    }

    /** The area is the share of pairs that are in the right order, counted one by one; a tie counts half. */
    @Property(tries = 200)
    void theAreaCountsOrderedPairs(
            @ForAll @Size(min = 2, max = 40) List<@IntRange(min = 0, max = 5) Integer> scores,
            @ForAll @Size(min = 40, max = 40) List<Boolean> positives) {
        int n = scores.size();
        float[] both = new float[2 * n];
        float[] targets = new float[n];
        double ordered = 0;
        long pairs = 0;
        for (int i = 0; i < n; i++) {
            both[2 * i + 1] = scores.get(i) / 5f;
            both[2 * i] = 1 - both[2 * i + 1];
            targets[i] = positives.get(i) ? 1 : 0;
            for (int j = 0; j < n; j++) {
                if (positives.get(i) && !positives.get(j)) {
                    pairs++;
                    ordered += scores.get(i) > scores.get(j) ? 1 : scores.get(i).equals(scores.get(j)) ? 0.5 : 0;
                }
            }
        }

        Double auc = Metrics.of(schema(Task.BINARY, "a", "b"), both, targets).get("auc");

        if (pairs == 0) {
            assertNull(auc);
        } else {
            assertEquals(ordered / pairs, auc, 1e-9);
        }
    }

    /** Truth 0 0 1 1 2, predicted 0 1 1 1 0: F1 of the classes 1/2, 4/5 and 0. */
    @Test
    void averagesF1OverClasses() {
        float[] scores = {.8f, .1f, .1f, .1f, .8f, .1f, .1f, .8f, .1f, .1f, .8f, .1f, .8f, .1f, .1f};
        Map<String, Double> metrics =
                Metrics.of(schema(Task.MULTICLASS, "a", "b", "c"), scores, new float[] {0, 0, 1, 1, 2});

        assertEquals(0.6, metrics.get("accuracy"), 1e-12);
        assertEquals((0.5 + 0.8 + 0) / 3, metrics.get("macroF1"), 1e-12);
    }

    @Property(tries = 100)
    void regressionIsReportedInTheTargetsUnit(
            @ForAll @Size(min = 2, max = 20) List<@FloatRange(min = -3, max = 3) Float> values) {
        float[] targets = new float[values.size()];
        float[] predicted = new float[values.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = values.get(i);
            predicted[i] = values.get(i) + (i % 2 == 0 ? 0.5f : -0.5f);
        }
        FeatureSchema schema = new FeatureSchema(Task.REGRESSION, List.of(), "y", List.of(), 100, 20, List.of(), 0);

        Map<String, Double> metrics = Metrics.of(schema, predicted, targets);

        assertEquals(10, metrics.get("rmse"), 1e-4);
        assertEquals(10, metrics.get("mae"), 1e-4);
    }

    private static FeatureSchema schema(Task task, String... labels) {
        return new FeatureSchema(task, List.of(), "y", List.of(labels), 0, 1, List.of(), 0);
    }

    @Test
    void ranksAsTheDefinitionsSay() {
        double[] scores = {0.9, 0.1, 0.5, 0.7};
        int[] places = Metrics.places(scores, new boolean[] {false, true, false, true}, new boolean[4]);
        assertArrayEquals(new int[] {2, 4}, places);
        // Of the first three places the second is relevant; at best the first and the second were.
        assertEquals((1 / log2(3)) / (1 + 1 / log2(3)), Metrics.ndcg(places, 3), 1e-12);
        assertEquals(0.5, Metrics.recall(places, 3));
        assertEquals(0.5, Metrics.reciprocalRank(places));
        assertArrayEquals(
                new int[] {1, 3},
                Metrics.places(
                        scores, new boolean[] {false, true, false, true}, new boolean[] {true, false, false, false}));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    @Property(tries = 100)
    void perfectRankingsAreOneAndAllAreWithinZeroAndOne(
            @ForAll @Size(min = 2, max = 30) List<@IntRange(min = 0, max = 1) Integer> relevant, @ForAll int seed) {
        Assume.that(relevant.contains(1));
        boolean[] is = new boolean[relevant.size()];
        double[] best = new double[is.length];
        double[] random = new double[is.length];
        Random draws = new Random(seed);
        for (int i = 0; i < is.length; i++) {
            is[i] = relevant.get(i) == 1;
            best[i] = relevant.get(i);
            random[i] = draws.nextDouble();
        }
        int[] places = Metrics.places(best, is, new boolean[is.length]);
        assertEquals(1, Metrics.ndcg(places, 5), 1e-12);
        assertEquals(1, Metrics.recall(places, is.length));
        assertEquals(1, Metrics.reciprocalRank(places));
        double ndcg = Metrics.ndcg(Metrics.places(random, is, new boolean[is.length]), 5);
        assertTrue(ndcg >= 0 && ndcg <= 1 + 1e-12);
    }
}
