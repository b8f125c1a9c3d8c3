package io.jenkins.plugins.llmos.engine.privacy.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.SelfComposed;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.apache.commons.numbers.gamma.Erfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountantsTest {
    private final Accountant rdp = Accountants.named("rdp");
    private final Accountant pld = Accountants.named("pld");

    /** Figures of an independent implementation; the last four are where tails are rare or δ is small. */
    @ParameterizedTest
    @CsvSource({
        "0.004266666666666667, 1.1, 14063, 1e-5, 2.596656, 2.381779",
        "0.01, 1, 1000, 1e-5, 2.101367, 1.828244",
        "0.1, 2, 100, 1e-5, 2.580571, 2.337400",
        "1, 5, 10, 1e-5, 2.813653, 2.594383",
        "0.0001, 1.5, 1, 1e-6, 0.222080, 0.000291081",
        "0.001, 1, 100, 1e-10, 1.521662, 0.393322",
        "0.1, 5, 10000, 1e-3, 8.607030, 7.688100",
        "0.0001, 0.7, 100000, 1e-6, 1.484730, 0.365965"
    })
    void meetsKnownFigures(double q, double sigma, long steps, double delta, double byRdp, double byPld) {
        PrivacyEvent event = PrivacyEvent.training(q, sigma, steps);
        close(byRdp, rdp.epsilon(event, delta));
        close(byPld, pld.epsilon(event, delta));
    }

    private static void close(double expected, double actual) {
        assertTrue(actual >= expected * 0.999 && actual <= expected * 1.005, actual + " for " + expected);
    }

    @Property(tries = 15)
    void growsWithStepsAndRateAndFallsWithNoiseAndDelta(
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.2) double q,
            @ForAll @Scale(4) @DoubleRange(min = 0.7, max = 4) double sigma,
            @ForAll @IntRange(min = 1, max = 2000) int steps) {
        for (Accountant a : Accountants.all()) {
            double epsilon = a.epsilon(PrivacyEvent.training(q, sigma, steps), 1e-5);
            double least = epsilon * (1 - 1e-3) - 1e-9;
            assertTrue(a.epsilon(PrivacyEvent.training(q, sigma, 2L * steps), 1e-5) >= least, "steps");
            assertTrue(a.epsilon(PrivacyEvent.training(1.5 * q, sigma, steps), 1e-5) >= least, "q");
            assertTrue(a.epsilon(PrivacyEvent.training(q, sigma / 1.3, steps), 1e-5) >= least, "sigma");
            assertTrue(a.epsilon(PrivacyEvent.training(q, sigma, steps), 1e-6) >= least, "delta");
        }
    }

    @Property(tries = 15)
    void lossesAreTighterThanDivergences(
            @ForAll @Scale(4) @DoubleRange(min = 0.0001, max = 1) double q,
            @ForAll @Scale(4) @DoubleRange(min = 0.3, max = 20) double sigma,
            @ForAll @IntRange(min = 1, max = 100_000) int steps) {
        PrivacyEvent event = PrivacyEvent.training(q, sigma, steps);
        assertTrue(pld.epsilon(event, 1e-6) <= rdp.epsilon(event, 1e-6));
    }

    @Property(tries = 10)
    void partsComposeToTheWhole(
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.2) double q,
            @ForAll @Scale(4) @DoubleRange(min = 0.7, max = 4) double sigma,
            @ForAll @IntRange(min = 1, max = 500) int n) {
        PrivacyEvent parts = new Composed(
                List.of(PrivacyEvent.training(q, sigma, n), PrivacyEvent.training(q * (1 + 1e-9), sigma, 2L * n)));
        PrivacyEvent whole = PrivacyEvent.training(q, sigma, 3L * n);
        for (Accountant a : Accountants.all()) {
            double expected = a.epsilon(whole, 1e-5);
            assertEquals(expected, a.epsilon(parts, 1e-5), 1e-3 * expected + 1e-9);
        }
    }

    /** Balle, Wang 2018, Theorem 8: the exact δ of normal noise. */
    @Property(tries = 20)
    void isExactForNormalNoiseWithoutSampling(
            @ForAll @Scale(4) @DoubleRange(min = 0.5, max = 10) double sigma,
            @ForAll @IntRange(min = 1, max = 20) int steps) {
        PrivacyEvent event = PrivacyEvent.training(1, sigma, steps);
        double epsilon = pld.epsilon(event, 1e-5);
        double mu = Math.sqrt(steps) / sigma;
        double low = 0;
        double high = 1000;
        for (int i = 0; i < 100; i++) {
            double e = (low + high) / 2;
            double delta = above(e / mu - mu / 2) - Math.exp(e) * above(e / mu + mu / 2);
            low = delta > 1e-5 ? e : low;
            high = delta > 1e-5 ? high : e;
        }
        assertTrue(epsilon >= high * (1 - 1e-7) && epsilon <= high * 1.001, epsilon + " for " + high);
    }

    private static double above(double z) {
        return Erfc.value(z / Math.sqrt(2)) / 2;
    }

    @Test
    void laplaceNoiseCostsAtMostItsScale() {
        double pure = pld.epsilon(new Laplace(2), 1e-12);
        assertEquals(0.5, pure, 1e-3);
        // One application: δ(ε) = 1 − e^((ε − 1/b)/2)
        assertEquals(1 - Math.exp((0.2 - 0.5) / 2), pld.delta(new Laplace(2), 0.2), 1e-4);
        assertTrue(pld.epsilon(new SelfComposed(new Laplace(2), 50), 1e-5)
                < rdp.epsilon(new SelfComposed(new Laplace(2), 50), 1e-5));
    }

    @Test
    void nothingCostsNothing() {
        assertEquals(0, pld.epsilon(PrivacyEvent.nothing(), 1e-5));
        assertEquals(0, rdp.epsilon(PrivacyEvent.nothing(), 1e-5));
    }

    @Test
    void calibratesNoiseAndSteps() {
        for (Accountant a : Accountants.all()) {
            double sigma = Calibration.sigma(a, 3, 1e-5, 0.01, 1000);
            assertTrue(a.epsilon(PrivacyEvent.training(0.01, sigma, 1000), 1e-5) <= 3);
            assertTrue(a.epsilon(PrivacyEvent.training(0.01, sigma * (1 - 1e-5), 1000), 1e-5) > 3);
            long steps = Calibration.steps(a, 2, 1e-5, 0.01, 1);
            assertTrue(a.epsilon(PrivacyEvent.training(0.01, 1, steps), 1e-5) <= 2);
            assertTrue(a.epsilon(PrivacyEvent.training(0.01, 1, steps + 1), 1e-5) > 2);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThrows(InvalidInputException.class, () -> pld.epsilon(PrivacyEvent.nothing(), 1));
        assertThrows(InvalidInputException.class, () -> PrivacyEvent.training(0, 1, 1));
        assertThrows(InvalidInputException.class, () -> PrivacyEvent.training(0.1, -1, 1));
        assertThrows(InvalidInputException.class, () -> PrivacyEvent.training(0.1, 1, 0));
        assertThrows(InvalidInputException.class, () -> Calibration.sigma(pld, 0, 1e-5, 0.1, 1));
    }
}
