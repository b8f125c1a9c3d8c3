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

class BinomialBoundsTest {
    /** Figures of scipy.stats.beta.ppf. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0.025, 0, 0.308497108",
        "1, 10, 0.025, 0.002528579, 0.445016117",
        "5, 10, 0.025, 0.187086028, 0.812913972",
        "9, 10, 0.025, 0.554983883, 0.997471421",
        "10, 10, 0.025, 0.691502892, 1",
        "3, 1000, 0.0125, 0.000474461, 0.009706463",
        "990, 1000, 0.05, 0.983096825, 0.994564860",
        "1, 100000, 0.05, 0.000000513, 0.000047438"
    })
    void meetsKnownFigures(long successes, long trials, double risk, double lower, double upper) {
        assertEquals(lower, BinomialBounds.lower(successes, trials, risk), 6e-10);
        assertEquals(upper, BinomialBounds.upper(successes, trials, risk), 6e-10);
    }

    @Property(tries = 50)
    void growsWithSuccessesAndRiskAndHoldsTheRate(
            @ForAll @IntRange(min = 1, max = 5000) int trials,
            @ForAll @Scale(4) @DoubleRange(max = 1) double part,
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.4) double risk) {
        int successes = (int) (part * (trials - 1));
        double lower = BinomialBounds.lower(successes, trials, risk);
        double upper = BinomialBounds.upper(successes, trials, risk);
        double rate = (double) successes / trials;
        assertTrue(lower <= rate && rate <= upper && lower >= 0 && upper <= 1);
        assertTrue(BinomialBounds.lower(successes + 1, trials, risk) > lower);
        assertTrue(BinomialBounds.upper(successes + 1, trials, risk) >= upper);
        assertTrue(BinomialBounds.lower(successes, trials, risk / 2) <= lower);
        assertTrue(BinomialBounds.upper(successes, trials, risk / 2) >= upper);
    }
}
