package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
