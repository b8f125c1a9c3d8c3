package io.jenkins.plugins.llmos.engine.train.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.inspect.Proportions.Interval;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Intervals of proportions. */
class ProportionsTest {
    @Test
    void isThePublishedExamples() {
        // Newcombe, Statistics in Medicine 17, 1998: page 861, table I, 81 of 263; page 878, table II, contrast (a).
        Interval one = Proportions.wilson(81, 263);
        assertEquals(0.2553, one.low(), 5e-5);
        assertEquals(0.3662, one.high(), 5e-5);
        Interval difference = Proportions.difference(Proportions.wilson(56, 70), Proportions.wilson(48, 80));
        assertEquals(0.0524, difference.low(), 5e-5);
        assertEquals(0.3339, difference.high(), 5e-5);
    }

    @Property(tries = 300)
    void holdsItsProportionAndStaysWithinZeroAndOne(
            @ForAll @IntRange(min = 1, max = 400) int trials, @ForAll @IntRange(max = 400) int some) {
        Interval i = Proportions.wilson(Math.min(some, trials), trials);
        assertTrue(0 <= i.low() && i.low() <= i.value() && i.value() <= i.high() && i.high() <= 1, i::toString);
        Interval wider = Proportions.wilson(Math.min(some, trials), trials, 0.99);
        assertTrue(wider.low() <= i.low() && i.high() <= wider.high());
    }
}
