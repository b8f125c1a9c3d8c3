package io.jenkins.plugins.llmos.engine.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.data.Quantiles;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Laws of the measures of drift. */
class DivergencePropertiesTest {
    private static double[] array(List<Integer> counts) {
        return counts.stream().mapToDouble(c -> c).toArray();
    }

    private static Quantiles quantiles(List<Double> values) {
        return new Quantiles(values.size(), values.stream().sorted().toList());
    }

    @Property(tries = 200)
    void theIndexIsNeverNegativeAndSymmetricAndZeroForEqualSamples(
            @ForAll @Size(12) List<@IntRange(max = 1000) Integer> a,
            @ForAll @Size(12) List<@IntRange(max = 1000) Integer> b) {
        double psi = Divergence.psi(array(a), array(b));
        assertTrue(psi >= 0, () -> psi + " of " + a + " and " + b);
        assertEquals(psi, Divergence.psi(array(b), array(a)), 1e-12);
        assertEquals(0, Divergence.psi(array(a), array(a)));
        double tv = Divergence.totalVariation(array(a), array(b));
        assertTrue(tv >= 0 && tv <= 1, () -> "total variation " + tv);
        assertEquals(tv, Divergence.totalVariation(array(b), array(a)), 1e-12);
    }

    @Property(tries = 200)
    void theKolmogorovSmirnovStatisticIsADistanceWithinOne(
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = -5, max = 5) Double> a,
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = -5, max = 5) Double> b) {
        double ks = Divergence.ks(quantiles(a), quantiles(b));
        assertTrue(ks >= 0 && ks <= 1, () -> "KS " + ks);
        assertEquals(ks, Divergence.ks(quantiles(b), quantiles(a)), 1e-12);
        assertEquals(0, Divergence.ks(quantiles(a), quantiles(a)));
        Quantiles beyond = quantiles(b.stream().map(x -> x + 20).toList());
        assertEquals(1, Divergence.ks(quantiles(a), beyond), "values that do not overlap");
    }

    @Property(tries = 100)
    void chanceExplainsLessOfLargerSamplesAndMoreOfRarerEvents(
            @ForAll @IntRange(min = 2, max = 100) int bins, @ForAll @IntRange(min = 10, max = 100_000) int n) {
        double bound = Divergence.psiByChance(bins, n, n, 0.001);
        assertTrue(bound > 0);
        assertTrue(Divergence.psiByChance(bins, 2.0 * n, 2.0 * n, 0.001) < bound);
        assertTrue(Divergence.psiByChance(bins, n, n, 0.01) < bound);
        assertTrue(Divergence.ksByChance(2.0 * n, n, 0.001) < Divergence.ksByChance(n, n, 0.001));
    }
}
