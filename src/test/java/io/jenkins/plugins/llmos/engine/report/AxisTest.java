package io.jenkins.plugins.llmos.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class AxisTest {
    @Property
    void ticksAscendWithinTheRangeAndTheRangeHoldsTheValues(
            @ForAll @DoubleRange(min = -1e9, max = 1e9) double a,
            @ForAll @DoubleRange(max = 1e9) double span,
            @ForAll boolean log,
            @ForAll boolean tight,
            @ForAll Quantity quantity) {
        double low = log ? Math.abs(a) + 1e-6 : a;
        double high = low + span;
        Axis.Scale scale = new Axis("x", quantity, log).scale(low, high, 5, tight);
        List<Double> ticks = scale.ticks();
        assertTrue(ticks.size() <= 14, () -> ticks.size() + " ticks");
        for (int i = 0; i < ticks.size(); i++) {
            assertTrue(i == 0 || ticks.get(i) > ticks.get(i - 1));
            double at = scale.at(ticks.get(i));
            assertTrue(at > -1e-6 && at < 1 + 1e-6, () -> "tick at " + at);
        }
        assertTrue(scale.low() <= low + 1e-9 * Math.abs(low));
        assertTrue(scale.high() >= high - 1e-9 * Math.abs(high));
        assertTrue(scale.high() > scale.low());
    }

    @Example
    void ticksAreRound() {
        assertEquals(
                List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0),
                Axis.of("x").scale(3, 97, 5, false).ticks());
        assertEquals(
                List.of(0.0, 30.0, 60.0, 90.0, 120.0),
                Axis.of("x", Quantity.SECONDS).scale(0, 130, 5, true).ticks());
        assertEquals(
                List.of(1.0, 60.0, 3600.0, 86400.0),
                new Axis("x", Quantity.SECONDS, true).scale(1, 86400, 3, true).ticks());
    }
}
