package io.jenkins.plugins.llmos.engine.privacy.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.EventJson;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteGaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteLaplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.PoissonSampled;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.SelfComposed;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Mixtures of mechanisms against sums over all of their outcomes, with other code than the accountants'. */
class MixedEventsTest {
    private static final double STEP = 1e-3;

    private final Accountant rdp = Accountants.named("rdp");
    private final Accountant pld = Accountants.named("pld");

    /**
     * Probabilities of losses, rounded to whole steps; what has no loss is missing.
     *
     * @param first loss, in steps
     * @param probabilities of it and those after it
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Losses(int first, double[] probabilities) {
        private static Losses of(DoubleUnaryOperator p, DoubleUnaryOperator q, double from, double to) {
            int count = 400_000;
            double width = (to - from) / count;
            double[] all = new double[count];
            int[] losses = new int[count];
            for (int i = 0; i < count; i++) {
                double x = from + (i + 0.5) * width;
                double px = p.applyAsDouble(x);
                all[i] = px * width;
                losses[i] = Math.toIntExact(Math.round(Math.log(px / q.applyAsDouble(x)) / STEP));
            }
            return of(losses, all);
        }

        private static Losses of(int[] losses, double[] probabilities) {
            int first = Arrays.stream(losses).min().orElseThrow();
            double[] sums = new double[Arrays.stream(losses).max().orElseThrow() - first + 1];
            for (int i = 0; i < losses.length; i++) {
                sums[losses[i] - first] += probabilities[i];
            }
            return new Losses(first, sums);
        }

        /** Of both together. */
        private Losses plus(Losses other) {
            double[] sums = new double[probabilities.length + other.probabilities.length - 1];
            for (int i = 0; i < probabilities.length; i++) {
                for (int j = 0; j < other.probabilities.length; j++) {
                    sums[i + j] += probabilities[i] * other.probabilities[j];
                }
            }
            return new Losses(first + other.first, sums);
        }

        private double delta(double epsilon) {
            double delta = 1 - Arrays.stream(probabilities).sum();
            for (int i = 0; i < probabilities.length; i++) {
                delta += Math.max(0, probabilities[i] * -Math.expm1(epsilon - (first + i) * STEP));
            }
            return delta;
        }
    }

    private static double normal(double x, double sigma) {
        return Math.exp(-x * x / (2 * sigma * sigma)) / sigma / Math.sqrt(2 * Math.PI);
    }

    private static Losses response(double epsilon, double delta) {
        int loss = (int) Math.round(epsilon / STEP);
        return Losses.of(
                new int[] {loss, -loss},
                new double[] {(1 - delta) / (1 + Math.exp(-epsilon)), (1 - delta) / (1 + Math.exp(epsilon))});
    }

    @Test
    void mixturesAreTheSumsOfTheirLosses() {
        double sigma = 1.5;
        double q = 0.2;
        Losses gaussian = Losses.of(x -> normal(x, 2), x -> normal(x - 1, 2), -18, 18);
        DoubleUnaryOperator laplaceP = x -> Math.exp(-Math.abs(x) / 3) / 6;
        DoubleUnaryOperator laplaceQ = x -> Math.exp(-Math.abs(x - 1) / 3) / 6;
        Losses laplace = Losses.of(laplaceP, laplaceQ, -90, 90);
        DoubleUnaryOperator without = x -> normal(x, sigma);
        DoubleUnaryOperator mixed = x -> (1 - q) * normal(x, sigma) + q * normal(x - 1, sigma);
        Losses others = gaussian.plus(laplace).plus(response(0.3, 1e-4));
        Losses removed = others.plus(Losses.of(mixed, without, -14, 15));
        Losses added = others.plus(Losses.of(without, mixed, -14, 15));
        PrivacyEvent event = new Composed(List.of(
                new Gaussian(2),
                new Laplace(3),
                new PoissonSampled(q, new Gaussian(sigma)),
                new ApproximateDp(0.3, 1e-4)));
        for (double epsilon : new double[] {0, 0.3, 0.8, 1.5, 2.5}) {
            double direct = Math.max(removed.delta(epsilon), added.delta(epsilon));
            double accounted = pld.delta(event, epsilon);
            assertEquals(direct, accounted, 2e-3 * direct + 1e-7, "at " + epsilon);
            assertTrue(accounted >= direct * (1 - 1e-3) - 1e-9, "at " + epsilon);
            assertTrue(rdp.delta(event, epsilon) >= direct * (1 - 1e-3));
            if (direct > 1.01e-4 && epsilon > 0) {
                assertEquals(epsilon, pld.epsilon(event, direct), 3e-3);
            }
        }
    }

    @Test
    void discreteNoiseIsTheSumOverItsOutcomes() {
        discrete(new DiscreteGaussian(3, 2), x -> Math.exp(-x * x / 18.0), 2);
        discrete(new DiscreteLaplace(2.5, 3), x -> Math.exp(-Math.abs(x) / 2.5), 3);
        discrete(new DiscreteGaussian(400, 1024), x -> Math.exp(-x * x / 320_000.0), 1024);
    }

    private void discrete(PrivacyEvent event, DoubleUnaryOperator weight, int shift) {
        double all = 0;
        int reach = 8000;
        for (int x = -reach; x <= reach; x++) {
            all += weight.applyAsDouble(x);
        }
        for (double epsilon : new double[] {0, 0.4, 1, 2, 4}) {
            double direct = 0;
            for (int x = -reach; x <= reach; x++) {
                direct += Math.max(
                        0, (weight.applyAsDouble(x) - Math.exp(epsilon) * weight.applyAsDouble(x - shift)) / all);
            }
            double accounted = pld.delta(event, epsilon);
            assertEquals(direct, accounted, 2e-3 * direct + 1e-9, event + " at " + epsilon);
            assertTrue(accounted >= direct * (1 - 1e-9), event + " at " + epsilon);
            assertTrue(rdp.delta(event, epsilon) >= direct * (1 - 1e-9));
        }
    }

    /** Dwork, Rothblum, Vadhan's bound is beaten, simple addition is never exceeded. */
    @Test
    void approximateEventsComposeTightly() {
        for (int n : new int[] {1, 2, 10, 100}) {
            PrivacyEvent event = new SelfComposed(new ApproximateDp(0.1, 1e-8), n);
            double epsilon = pld.epsilon(event, 1e-5);
            assertTrue(epsilon <= n * 0.1 + 1e-9, n + " cost " + epsilon);
            double advanced = Math.sqrt(2 * n * Math.log(1 / (1e-5 - n * 1e-8))) * 0.1 + n * 0.1 * Math.expm1(0.1);
            assertTrue(epsilon <= advanced && epsilon <= rdp.epsilon(event, 1e-5), n + " cost " + epsilon);
        }
        assertEquals(2, pld.epsilon(new ApproximateDp(2, 1e-5), 1e-5), 1e-9);
        assertEquals(Double.POSITIVE_INFINITY, pld.epsilon(new ApproximateDp(2, 1e-5), 0.99e-5));
        assertEquals(Double.POSITIVE_INFINITY, rdp.epsilon(new ApproximateDp(2, 1e-5), 1e-5));
        assertEquals(0, pld.epsilon(new ApproximateDp(0, 0), 1e-5), 1e-6);
    }

    /** Many mechanisms are composed on a wider grid; these are so alike that they must cost what equal ones do. */
    @Test
    void manyNearlyEqualTrainingsCostWhatEqualOnesDo() {
        List<PrivacyEvent> trainings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            trainings.add(PrivacyEvent.training(0.02, 1.2 + i * 1e-9, 500));
        }
        double equal = pld.epsilon(PrivacyEvent.training(0.02, 1.2, 6000), 1e-5);
        double alike = pld.epsilon(new Composed(trainings), 1e-5);

        assertTrue(alike >= equal * (1 - 1e-6), alike + " is below " + equal);
        assertTrue(alike <= equal * (1 + 2e-3), alike + " is far above " + equal);
    }

    @Test
    void eventsSurviveTheLedger() {
        PrivacyEvent event = new Composed(List.of(
                PrivacyEvent.training(0.01, 1.1, 14063),
                new Laplace(0.1),
                new DiscreteGaussian(3.25, 1024),
                new DiscreteLaplace(1e-3, 1L << 40),
                new ApproximateDp(0.1, 1e-9),
                PrivacyEvent.nothing()));
        String json = Json.line(EventJson.write(event));
        assertEquals(event, EventJson.read(Json.parse(json, Map.class)));
        assertTrue(
                json.startsWith(
                        "{\"type\":\"composed\",\"events\":[{\"type\":\"self-composed\",\"count\":14063,\"event\":"
                                + "{\"type\":\"poisson-sampled\",\"q\":0.01,\"event\":{\"type\":\"gaussian\",\"sigma\":1.1}}}"),
                json);
        assertThrows(InvalidInputException.class, () -> EventJson.read(Map.of("type", "quantum")));
        assertThrows(InvalidInputException.class, () -> EventJson.read(Map.of("type", "gaussian")));
    }

    @Test
    void sampledIsOnlyWhatCanBeRead() {
        assertThrows(
                InvalidInputException.class, () -> pld.epsilon(new PoissonSampled(0.1, new ApproximateDp(1, 0)), 1e-5));
    }
}
