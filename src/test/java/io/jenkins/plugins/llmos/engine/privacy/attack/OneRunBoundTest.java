package io.jenkins.plugins.llmos.engine.privacy.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneRunBoundTest {
    /** Figures of the theorem computed with scipy.stats.binom, at a risk of 0.05; the p-values are of ε = 1. */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 90, 0, 1.630823, 2.735813e-05",
        "100, 100, 100, 0, 3.492965, 2.484379e-14",
        "1000, 1000, 800, 1e-5, 1.253984, 2.088229e-04",
        "1000, 200, 190, 1e-5, 2.393618, 3.537426e-04",
        "1000, 1000, 600, 1e-3, 0.265991, 1",
        "5000, 5000, 5000, 1e-5, 7.283900, 6.985437e-05",
        "100, 20, 20, 1e-3, 1.476282, 2.633521e-02"
    })
    void meetsKnownFigures(int canaries, int guesses, int right, double delta, double epsilon, double pOfOne) {
        OneRunBound bound = new OneRunBound(canaries, guesses, right, delta);
        assertEquals(epsilon, bound.epsilon(0.05), 2e-6);
        assertEquals(pOfOne, bound.pValue(1), 1e-6 * pOfOne);
    }

    @Property(tries = 40)
    void moreRightGuessesProveMoreAndDeltaAndCautionProveLess(
            @ForAll @IntRange(min = 2, max = 400) int guesses,
            @ForAll @Scale(4) @DoubleRange(max = 0.999) double part,
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.2) double risk) {
        int right = (int) (part * guesses);
        double epsilon = new OneRunBound(2 * guesses, guesses, right, 0).epsilon(risk);
        assertTrue(new OneRunBound(2 * guesses, guesses, right + 1, 0).epsilon(risk) >= epsilon);
        assertTrue(new OneRunBound(2 * guesses, guesses, right, 1e-4).epsilon(risk) <= epsilon);
        assertTrue(new OneRunBound(2 * guesses, guesses, right, 0).epsilon(risk / 2) <= epsilon);
        assertTrue(new OneRunBound(2 * guesses, guesses, right, 0).pValue(epsilon) <= risk || epsilon == 0);
        assertEquals(0, new OneRunBound(2 * guesses, guesses, guesses / 2, 0).epsilon(risk), "chance proves nothing");
    }
}
