package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplingTest {
    @Property(tries = 50)
    void drawsOneOfTheHighestScores(
            @ForAll @Size(min = 1, max = 8) float @FloatRange(min = -20, max = 20) [] scores,
            @ForAll @IntRange(min = 1, max = 4) int k,
            @ForAll long seed) {
        float[] sorted = scores.clone();
        Arrays.sort(sorted);
        float least = sorted[Math.max(0, sorted.length - k)];

        assertTrue(scores[new Sampling(1, k, 1, seed).draw(scores, new SplittableRandom(seed))] >= least);
        assertEquals(
                sorted[sorted.length - 1],
                scores[new Sampling(0, 0, 1, seed).draw(scores, new SplittableRandom(seed))]);
    }

    @Property(tries = 300)
    void drawsWhatSortingAllScoresGives(
            @ForAll @Size(min = 1, max = 60) float @FloatRange(min = -40, max = 40) [] scores,
            @ForAll boolean manyEqual,
            @ForAll @DoubleRange(min = 0.1, max = 50) double temperature,
            @ForAll @IntRange(max = 70) int k,
            @ForAll @DoubleRange(min = 0.01, max = 1) double p,
            @ForAll long seed) {
        for (int i = 0; i < scores.length && manyEqual; i++) {
            scores[i] = Math.round(scores[i] / 20);
        }
        for (Sampling sampling : List.of(
                new Sampling(temperature, 0, 1, seed),
                new Sampling(temperature, k, 1, seed),
                new Sampling(temperature, 0, p, seed),
                new Sampling(temperature, k, p, seed))) {
            SplittableRandom random = new SplittableRandom(seed);
            SplittableRandom same = new SplittableRandom(seed);
            for (int i = 0; i < 20; i++) {
                assertEquals(drawBySorting(sampling, scores, same), sampling.draw(scores, random), sampling.toString());
            }
        }
    }

    /** All by falling score, of these k, of these by falling weight those that reach p, and of these one in the order of ids. */
    private static int drawBySorting(Sampling sampling, float[] scores, SplittableRandom random) {
        List<Integer> ids =
                new ArrayList<>(IntStream.range(0, scores.length).boxed().toList());
        ids.sort(Comparator.comparing((Integer i) -> -(scores[i] + 0f)).thenComparing(i -> i));
        double highest = scores[ids.get(0)];
        ids = sampling.topK() == 0 ? ids : ids.subList(0, Math.min(sampling.topK(), ids.size()));
        Map<Integer, Long> weights = new TreeMap<>();
        ids.forEach(
                i -> weights.put(i, (long) (Math.exp((scores[i] - highest) / sampling.temperature()) * (1L << 40))));
        long all = weights.values().stream().mapToLong(w -> w).sum();
        ids = weights.keySet().stream()
                .sorted(Comparator.comparing((Integer i) -> -weights.get(i)).thenComparing(i -> i))
                .toList();
        long sum = 0;
        for (int id : ids) {
            if (sampling.topP() < 1 && sum >= sampling.topP() * all) {
                weights.remove(id);
            } else {
                sum += weights.get(id);
            }
        }
        long drawn = (long) (random.nextDouble() * sum);
        for (int id : weights.keySet()) {
            drawn -= weights.get(id);
            if (drawn < 0) {
                return id;
            }
        }
        throw new AssertionError();
    }

    @Test
    void drawsOfScoresThatAreNoNumbers() {
        assertEquals(
                0, new Sampling(1, 2, 0.5, 1).draw(new float[] {Float.NaN, Float.NaN, 1}, new SplittableRandom(1)));
    }

    @Test
    void drawsAsOftenAsTheProbabilitiesSay() {
        // Softmax at temperature 0.5 of half the logarithms.
        float[] scores = {(float) Math.log(0.5) / 2, (float) Math.log(0.2) / 2, (float) Math.log(0.3) / 2};

        int[] counts = draw(new Sampling(0.5, 0, 1, 1), scores);

        assertEquals(5000, counts[0], 300);
        assertEquals(2000, counts[1], 300);
        assertEquals(3000, counts[2], 300);
    }

    @Test
    void keepsTheFewestThatReachTheProbability() {
        float[] scores = {(float) Math.log(0.5), (float) Math.log(0.2), (float) Math.log(0.3)};

        int[] counts = draw(new Sampling(1, 0, 0.7, 1), scores);

        assertEquals(0, counts[1]);
        assertEquals(10_000 * 5 / 8.0, counts[0], 300);
        assertEquals(10_000, draw(new Sampling(1, 0, 0.5, 1), scores)[0]);
    }

    private static int[] draw(Sampling sampling, float[] scores) {
        int[] counts = new int[scores.length];
        SplittableRandom random = new SplittableRandom(sampling.seed());
        for (int i = 0; i < 10_000; i++) {
            counts[sampling.draw(scores, random)]++;
        }
        return counts;
    }

    @Test
    void refusesNumbersOutOfRange() {
        TreeSet<String> messages = new TreeSet<>();
        for (double[] wrong : new double[][] {{-1, 0, 1}, {Double.NaN, 0, 1}, {1, -1, 1}, {1, 0, 0}, {1, 0, 1.1}}) {
            messages.add(
                    assertThrows(InvalidInputException.class, () -> new Sampling(wrong[0], (int) wrong[1], wrong[2], 0))
                            .getMessage());
        }
        assertEquals(5, messages.size(), messages.toString());
    }
}
