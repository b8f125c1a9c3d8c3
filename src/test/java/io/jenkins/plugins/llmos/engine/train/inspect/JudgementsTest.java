package io.jenkins.plugins.llmos.engine.train.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Confusion, calibration, fairness and gates: their laws. */
class JudgementsTest {
    private static final int CLASSES = 3;

    /** Random probabilities and truths; with {@code honest} truths are drawn by the probabilities. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Draw(float[] probabilities, int[] truths, int[] predicted) {
        private static Draw of(int rows, long seed, boolean honest) {
            Random random = new Random(seed);
            float[] probabilities = new float[rows * CLASSES];
            int[] truths = new int[rows];
            for (int i = 0; i < rows; i++) {
                double[] raw = new double[CLASSES];
                double sum = 0;
                for (int c = 0; c < CLASSES; c++) {
                    raw[c] = Math.exp(2 * random.nextGaussian());
                    sum += raw[c];
                }
                double draw = random.nextDouble();
                truths[i] = -1;
                for (int c = 0; c < CLASSES; c++) {
                    probabilities[i * CLASSES + c] = (float) (raw[c] / sum);
                    draw -= raw[c] / sum;
                    truths[i] = draw < 0 && truths[i] < 0 ? c : truths[i];
                }
                truths[i] = honest && truths[i] >= 0 ? truths[i] : random.nextInt(CLASSES);
            }
            return new Draw(probabilities, truths, new Answers(probabilities, CLASSES).predicted());
        }
    }

    @Property(tries = 100)
    void countsEveryRowOnce(@ForAll @IntRange(min = 1, max = 200) int rows, @ForAll long seed) {
        Draw d = Draw.of(rows, seed, false);
        ConfusionMatrix c = ConfusionMatrix.of(List.of("a", "b", "c"), d.truths, d.predicted);
        assertEquals(rows, c.total());
        long truths = 0;
        long predicted = 0;
        for (int k = 0; k < CLASSES; k++) {
            truths += c.ofTruth(k);
            predicted += c.predicted(k);
        }
        assertEquals(rows, truths);
        assertEquals(rows, predicted);
        assertEquals(
                rows,
                c.right()
                        + c.mistakes(100).stream()
                                .mapToLong(ConfusionMatrix.Mistake::count)
                                .sum());
        Calibration calibration = Calibration.of(d.probabilities, d.predicted, d.truths);
        assertEquals(
                rows,
                calibration.bins().stream().mapToInt(Calibration.Bin::rows).sum());
        assertTrue(calibration.error() >= 0 && calibration.error() <= 1);
        assertTrue(calibration.brier() >= 0 && calibration.brier() <= 2);
    }

    @Test
    void findsCalibratedProbabilitiesCalibratedAndOthersNot() {
        Draw honest = Draw.of(20_000, 5, true);
        assertTrue(Calibration.of(honest.probabilities, honest.predicted, honest.truths)
                        .error()
                < 0.015);
        Draw random = Draw.of(20_000, 5, false);
        assertTrue(Calibration.of(random.probabilities, random.predicted, random.truths)
                        .error()
                > 0.2);
    }

    @Property(tries = 60)
    void comparesGroupsWhateverTheirNames(@ForAll @IntRange(min = 60, max = 200) int rows, @ForAll long seed) {
        Draw d = Draw.of(rows, seed, true);
        List<String> groups = new ArrayList<>();
        List<String> renamed = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            groups.add(i % 3 == 0 ? "x" : "y");
            renamed.add(i % 3 == 0 ? "y" : "x");
            same.add("all");
        }
        Fairness one = Fairness.ofClasses("g", groups, d.predicted, d.truths, 1);
        Fairness other = Fairness.ofClasses("g", renamed, d.predicted, d.truths, 1);
        one.gaps().forEach((rate, gap) -> {
            assertEquals(gap.size(), other.gaps().get(rate).size(), 1e-12);
            assertTrue(gap.size() >= 0 && gap.low() <= gap.size() && gap.size() <= gap.high());
        });
        assertEquals(
                Map.of(),
                Fairness.ofClasses("g", same, d.predicted, d.truths, 1).gaps());
    }

    @Test
    void findsAGroupThatIsTreatedWorse() {
        int[] predicted = new int[200];
        int[] truths = new int[200];
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            groups.add(i < 100 ? "old" : i < 195 ? "young" : "few");
            truths[i] = i % 2;
            predicted[i] = i < 100 ? truths[i] : 0;
        }
        Fairness f = Fairness.ofClasses("age", groups, predicted, truths, 1);
        assertEquals(List.of("few"), f.left());
        assertEquals(0.5, f.gaps().get("selection").size(), 1e-9);
        assertEquals(1, f.gaps().get("opportunity").size(), 1e-9);
        assertEquals("old", f.gaps().get("opportunity").most());
        assertTrue(f.gaps().get("selection").low() > 0.3, () -> f.gaps().toString());
    }

    @Test
    void passesOnlyWhatMeetsEveryCondition() {
        Gate gate = Gate.read("llmosReport", Map.of("accuracy", ">= 90 %"));
        assertNull(Gate.complaint(gate.judge(Map.of("accuracy", 0.9))));
        assertEquals("accuracy is 0.5, not >= 0.9.", Gate.complaint(gate.judge(Map.of("accuracy", 0.5))));
        assertFalse(gate.judge(Map.of("accuracy", Double.NaN)).get(0).holds());
        assertTrue(Gate.complaint(gate.judge(Map.of("acuracy", 1.0)))
                .contains("no metric 'accuracy' of this model. Did you mean 'acuracy'?"));
        // In as many digits as a person reads, but never so few that it would look met.
        assertEquals(
                "accuracy is 0.8667, not >= 0.9.", Gate.complaint(gate.judge(Map.of("accuracy", 0.8666666666666667))));
        assertEquals(
                "accuracy is 0.8999999, not >= 0.9.", Gate.complaint(gate.judge(Map.of("accuracy", 0.89999991234))));
        assertEquals(
                "accuracy 0.9877 >= 0.9",
                gate.judge(Map.of("accuracy", 0.9876543210)).get(0).describe());
        for (String wrong : List.of("0.9", ">= good", "=> 1", ">= 1.2.3", "")) {
            assertThrows(InvalidInputException.class, () -> Gate.read("llmosReport", Map.of("accuracy", wrong)), wrong);
        }
    }
}
