package io.jenkins.plugins.llmos.engine.privacy.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistical tests; on a fixed key, so they pass always or never. Each bound would be missed once in a million keys. */
class RandomTest {
    /** Two-sided normal quantile of an error rate of 1e-6. */
    private static final double Z = 4.892;

    private static final int DRAWS = 4_000_000;

    @Test
    void noiseHasTheNormalDistribution() {
        float[] draws = new float[DRAWS];
        GridNormal.fill(draws, DRAWS, RandomKey.ofSeed(1).stream(RandomKey.NOISE, 0));
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        int[] beyond = new int[6];
        for (float draw : draws) {
            double x = draw / GridNormal.DEVIATION;
            assertEquals(Math.rint(draw), draw, "off the grid");
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            for (int k = 0; k < beyond.length; k++) {
                beyond[k] += Math.abs(x) > k ? 1 : 0;
            }
        }
        double n = DRAWS;
        assertEquals(0, sum / n, Z / Math.sqrt(n), "mean");
        assertEquals(1, squares / n, Z * Math.sqrt(2 / n), "variance");
        assertEquals(3, fourth / n, Z * Math.sqrt(96 / n), "fourth moment");
        // P(|x| > k), from tables of the normal distribution; the last two lie in the ziggurat's tail.
        double[] tail = {1, 0.3173105, 0.0455003, 0.0026998, 6.33425e-5, 5.73303e-7};
        for (int k = 1; k < tail.length; k++) {
            double deviation = Math.sqrt(n * tail[k] * (1 - tail[k]));
            assertEquals(n * tail[k], beyond[k], Z * deviation + 3, "beyond " + k);
        }
    }

    /** Kolmogorov-Smirnov against the normal distribution on a grid of quantiles of the ziggurat's inside. */
    @Test
    void noiseFillsTheBellEvenly() {
        float[] draws = new float[DRAWS];
        GridNormal.fill(draws, DRAWS, RandomKey.ofSeed(2).stream(RandomKey.NOISE, 0));
        // P(x ≤ value), from tables.
        double[][] table = {
            {-2, 0.0227501},
            {-1.5, 0.0668072},
            {-0.5, 0.3085375},
            {0, 0.5},
            {0.25, 0.5987063},
            {0.75, 0.7733726},
            {1.25, 0.8943502},
            {1.75, 0.9599408},
            {2.5, 0.9937903}
        };
        for (double[] row : table) {
            long below = 0;
            for (float draw : draws) {
                below += draw <= row[0] * GridNormal.DEVIATION ? 1 : 0;
            }
            double deviation = Math.sqrt(row[1] * (1 - row[1]) / DRAWS);
            assertEquals(row[1], (double) below / DRAWS, Z * deviation + 1e-6, "up to " + row[0]);
        }
    }

    /** Odd and even grid steps are equally likely: the last bits carry no pattern. */
    @Test
    void theLastBitOfNoiseIsEven() {
        float[] draws = new float[DRAWS];
        GridNormal.fill(draws, DRAWS, RandomKey.ofSeed(3).stream(RandomKey.NOISE, 0));
        long odd = 0;
        for (float draw : draws) {
            odd += (long) draw & 1;
        }
        assertEquals(0.5, (double) odd / DRAWS, Z * 0.5 / Math.sqrt(DRAWS));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.03, 0.5, 0.97})
    void samplesHoldEachRowAtTheRate(double q) {
        int[] rows = IntStream.range(0, 500).toArray();
        int rounds = 2000;
        int[] counts = new int[rows.length];
        double squares = 0;
        RandomKey key = RandomKey.ofSeed(4);
        for (int round = 0; round < rounds; round++) {
            int[] sample = PoissonSample.draw(rows, q, key.stream(RandomKey.SAMPLE, round));
            Arrays.stream(sample).forEach(row -> counts[row]++);
            squares += Math.pow(sample.length - rows.length * q, 2);
        }
        double n = (double) rounds * rows.length;
        assertEquals(q, Arrays.stream(counts).sum() / n, Z * Math.sqrt(q * (1 - q) / n), "rate");
        // The size of a Poisson sample is binomial; a sample of a fixed size would have no variance.
        double variance = rows.length * q * (1 - q);
        assertEquals(variance, squares / rounds, Z * variance * Math.sqrt((2 + 1 / variance) / rounds), "variance");
        double worst = Arrays.stream(counts)
                .mapToDouble(c -> Math.abs(c - rounds * q))
                .max()
                .orElseThrow();
        assertTrue(worst < 6.5 * Math.sqrt(rounds * q * (1 - q)) + 3, "a row is preferred");
    }

    @Test
    void aRateOfOneTakesAll() {
        int[] rows = {3, 5, 9};
        assertArrayEquals(rows, PoissonSample.draw(rows, 1, RandomKey.secret().stream(RandomKey.SAMPLE, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {5000, 100_200})
    void noiseOfASeedRepeatsAndSecretNoiseDoesNot(int size) throws Exception {
        RandomKey known = RandomKey.ofSeed(7);
        float[] once = noise(known, size, 2, 3, 4);
        assertArrayEquals(once, noise(known, size, 1, 4), "it depends on the steps before, or on the threads");
        assertArrayEquals(once, noise(known, size, 2, 2, 4), "noise that was made for another step is taken");
        assertFalse(Arrays.equals(noise(RandomKey.secret(), size, 1, 4), noise(RandomKey.secret(), size, 1, 4)));
        assertFalse(Arrays.equals(once, noise(known, size, 1, 5)), "steps share noise");
        assertArrayEquals(prepared(known, size, 4), once, "it depends on when it is made");
        assertTrue(Arrays.stream(boxed(once)).distinct().count() > size * 0.97, "parts share noise");
    }

    private static Float[] boxed(float[] numbers) {
        Float[] boxed = new Float[numbers.length];
        Arrays.setAll(boxed, i -> numbers[i]);
        return boxed;
    }

    @Test
    void sumsAreRoundedAsRintDoesBeforeNoiseIsAddedAndScaledAfterwards() {
        float[] sums = {0.5f, 1.5f, -0.5f, -2.5f, 0.49999997f, 3.2f, 1 << 22, (1 << 22) + 0.5f, 5e8f, -3e6f, 8388607.5f
        };
        float[] noise = noise(RandomKey.ofSeed(7), sums.length, 1, 4);
        // Alone, so that a number beyond the range of the fast way does not take the others out of it.
        for (int i = 0; i < sums.length; i++) {
            float[] one = new float[sums.length];
            one[i] = sums[i];
            try (NoiseSupply supply = new NoiseSupply(RandomKey.ofSeed(7), one.length, 1)) {
                supply.addTo(List.of(FloatBuffer.wrap(one)), 4, 0.25f);
            }
            assertEquals(((float) Math.rint(sums[i]) + noise[i]) * 0.25f, one[i], sums[i] + "");
        }
    }

    @Test
    void aSumThatIsNoNumberStaysNone() {
        float[] sums = {1, Float.NaN, 2};
        try (NoiseSupply supply = new NoiseSupply(RandomKey.ofSeed(7), sums.length, 1)) {
            supply.addTo(List.of(FloatBuffer.wrap(sums)), 4, 1);
        }
        assertTrue(Float.isNaN(sums[1]));
        assertEquals(sums[0], Math.rint(sums[0]));
    }

    /** The noise of a step that there was time to make in advance. */
    private static float[] prepared(RandomKey key, int size, long step) throws InterruptedException {
        float[] all = new float[size];
        try (NoiseSupply supply = new NoiseSupply(key, size, 2)) {
            supply.prepare(step);
            Thread.sleep(200);
            supply.addTo(List.of(FloatBuffer.wrap(all)), step, 1);
        }
        return all;
    }

    /** The noise of the last of some steps. */
    private static float[] noise(RandomKey key, int size, int threads, long... steps) {
        float[] all = new float[size];
        // Not in one, as a model's parameters are not one array.
        List<FloatBuffer> parts = new ArrayList<>();
        for (int from = 0; from < size; from += 999) {
            parts.add(FloatBuffer.wrap(all, from, Math.min(999, size - from)).slice());
        }
        try (NoiseSupply supply = new NoiseSupply(key, size, threads)) {
            for (long step : steps) {
                Arrays.fill(all, 0);
                supply.addTo(parts, step, 1);
                supply.prepare(step + 1);
            }
        }
        return all;
    }
}
