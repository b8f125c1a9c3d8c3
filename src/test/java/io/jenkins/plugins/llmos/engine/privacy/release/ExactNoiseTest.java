package io.jenkins.plugins.llmos.engine.privacy.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chi-squared tests at a seed; each would fail one time in a million for other seeds. */
class ExactNoiseTest {
    private static final int DRAWS = 40_000;
    private static final double Z = 4.75;

    private final UniformIntegers bits = UniformIntegers.forTests(1);
    private final ExactNoise noise = new ExactNoise(bits);

    private static void fits(LongSupplier draw, LongToDoubleFunction weight, long reach) {
        double all = 0;
        for (long x = -50 * reach; x <= 50 * reach; x++) {
            all += weight.applyAsDouble(x);
        }
        long[] counts = new long[(int) (2 * reach + 2)];
        for (int i = 0; i < DRAWS; i++) {
            long x = draw.getAsLong();
            counts[Math.abs(x) <= reach ? (int) (x + reach) : counts.length - 1]++;
        }
        double chi = 0;
        double rest = DRAWS;
        for (long x = -reach; x <= reach; x++) {
            double expected = DRAWS * weight.applyAsDouble(x) / all;
            chi += (counts[(int) (x + reach)] - expected) * (counts[(int) (x + reach)] - expected) / expected;
            rest -= expected;
        }
        double far = counts[counts.length - 1];
        chi += rest > 1 ? (far - rest) * (far - rest) / rest : 0;
        double freedom = 2 * reach + 1;
        // Wilson, Hilferty 1931: the cube root is nearly normal
        double bound = freedom * Math.pow(1 - 2 / (9 * freedom) + Z * Math.sqrt(2 / (9 * freedom)), 3);
        assertTrue(chi < bound, chi + " for at most " + bound);
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 5", "1, 2, 1", "20, 1, 50"})
    void laplaceNoiseHasItsProbabilities(long t, long s, long reach) {
        fits(() -> noise.laplace(t, s), x -> Math.exp(-Math.abs(x) * (double) s / t), reach);
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 4", "1, 2, 1", "20, 1, 50"})
    void normalNoiseHasItsProbabilities(long a, long b, long reach) {
        double variance = (double) a * a / (b * b);
        fits(() -> noise.gaussian(a, b), x -> Math.exp(-(double) x * x / (2 * variance)), reach);
    }

    @Test
    void exponentialsAreExactOnBothSidesOfOne() {
        for (int numerator : new int[] {0, 3, 10, 25}) {
            int hits = 0;
            for (int i = 0; i < DRAWS; i++) {
                hits += noise.bernoulliExp(BigInteger.valueOf(numerator), BigInteger.TEN) ? 1 : 0;
            }
            double p = Math.exp(-numerator / 10.0);
            assertEquals(DRAWS * p, hits, 5 * Math.sqrt(DRAWS * p * (1 - p)));
        }
    }

    @Test
    void uniformNumbersReachAllOfTheirRange() {
        boolean[] seen = new boolean[300];
        for (int i = 0; i < 10_000; i++) {
            seen[(int) bits.below(300)] = true;
        }
        for (boolean s : seen) {
            assertTrue(s);
        }
        BigInteger large = BigInteger.TWO.pow(100).add(BigInteger.ONE);
        boolean above = false;
        for (int i = 0; i < 100; i++) {
            BigInteger drawn = bits.below(large);
            assertTrue(drawn.signum() >= 0 && drawn.compareTo(large) < 0);
            above |= drawn.bitLength() > 98;
        }
        assertTrue(above);
        assertEquals(0, bits.below(1));
    }

    @Test
    void intervalsHoldWithTheirProbability() {
        for (Mechanism m : new Mechanism[] {Mechanism.laplace(0.3, 1), Mechanism.gaussian(4, 2)}) {
            long half = m.halfWidth(0.05);
            int out = 0;
            for (int i = 0; i < DRAWS; i++) {
                out += Math.abs(m.draw(noise)) > half ? 1 : 0;
            }
            assertTrue(out <= DRAWS * 0.05 + 5 * Math.sqrt(DRAWS * 0.05 * 0.95), out + " out");
            assertTrue(out >= DRAWS * 0.02, out + " out: needlessly wide");
        }
    }
}
