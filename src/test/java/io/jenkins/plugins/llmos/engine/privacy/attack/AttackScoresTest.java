package io.jenkins.plugins.llmos.engine.privacy.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Scores of attacks, their ROC and the bound that follows, on scores drawn by hand. */
class AttackScoresTest {
    @Test
    void theCurveCountsTiesHalfAndTakesNoMoreNonMembersThanAllowed() {
        Roc roc = new Roc(new double[] {3, 2, 2, 0}, new double[] {2, 1, 0, -1});

        assertEquals((4 + 3.5 + 3.5 + 1.5) / 16, roc.area(), 1e-12);
        assertEquals(0.25, roc.truePositivesAt(0.1));
        assertEquals(0.75, roc.truePositivesAt(0.25));
        assertEquals(1, roc.truePositivesAt(1));
    }

    /** Randomised response of ε = 2: the bound comes near it and, but for one in twenty seeds, not above it. */
    @Test
    void theBoundOfRandomisedResponseIsBelowItsEpsilon() {
        double epsilon = 2;
        double truth = Math.exp(epsilon) / (1 + Math.exp(epsilon));
        int above = 0;
        double sum = 0;
        int runs = 100;
        for (int seed = 0; seed < runs; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] members = answers(random, 2000, truth);
            double[] others = answers(random, 2000, 1 - truth);
            double bound = RateBound.of(members, others, 0, 0.05, seed).epsilon();
            above += bound > epsilon ? 1 : 0;
            sum += bound;
        }
        assertTrue(above <= 5, above + " of " + runs + " bounds are above ε");
        assertTrue(sum / runs > 1.6, "mean bound " + sum / runs);
    }

    private static double[] answers(SplittableRandom random, int n, double probability) {
        return random.doubles(n).map(d -> d < probability ? 1 : 0).toArray();
    }

    @Test
    void findsOutWhetherMembersOrOthersAreKnownForSure() {
        SplittableRandom random = new SplittableRandom(3);
        // Half of the others betray themselves; members never do, so only a guess at others is sure.
        double[] members = random.doubles(1000, 0, 1).toArray();
        double[] others = random.doubles(1000, 0, 1)
                .map(d -> random.nextBoolean() ? d - 5 : d)
                .toArray();

        RateBound bound = RateBound.of(members, others, 0, 0.05, 1);
        assertTrue(!bound.ofMembers() && bound.threshold() < 0.1, bound.toString());
        assertTrue(bound.epsilon() > 3, bound.toString());
        RateBound reverse = RateBound.of(negative(others), negative(members), 0, 0.05, 1);
        assertTrue(reverse.ofMembers() && reverse.epsilon() > 3, reverse.toString());
        assertTrue(RateBound.of(members, others, 0.4, 0.05, 1).epsilon() < bound.epsilon(), "δ lowers the bound");
        assertEquals(0, RateBound.of(members, others, 0.9, 0.05, 1).epsilon());
    }

    private static double[] negative(double[] scores) {
        return Arrays.stream(scores).map(s -> -s).toArray();
    }

    @Property(tries = 20)
    void eachRowIsInHalfOfTheShadows(
            @ForAll @IntRange(min = 2, max = 60) int rows,
            @ForAll @IntRange(min = 2, max = 6) int pairs,
            @ForAll long seed) {
        List<boolean[]> halves = Lira.halves(rows, 2 * pairs, seed);

        for (int i = 0; i < rows; i++) {
            int row = i;
            assertEquals(pairs, halves.stream().filter(h -> h[row]).count());
        }
        for (boolean[] half : halves) {
            int size = 0;
            for (boolean in : half) {
                size += in ? 1 : 0;
            }
            assertTrue(size == rows / 2 || size == (rows + 1) / 2, "half of " + rows + " is " + size);
        }
    }

    /** Rows differ far more from each other than by membership: a threshold sees nothing, the ratio nearly all. */
    @Test
    void theRatioSeesMembershipThroughRowsThatDiffer() {
        SplittableRandom random = new SplittableRandom(5);
        int rows = 400;
        double[] ease = random.doubles(rows, -50, 50).toArray();
        List<boolean[]> in = Lira.halves(rows, 8, 1);
        List<double[]> shadows = new ArrayList<>();
        for (boolean[] half : in) {
            shadows.add(confidences(random, ease, half));
        }
        boolean[] truth = new boolean[rows];
        Arrays.fill(truth, 0, rows / 2, true);
        double[] own = confidences(random, ease, truth);

        double[] ratios = Lira.scores(own, in, shadows);

        assertTrue(auc(ratios, rows / 2) > 0.97, "likelihood ratio " + auc(ratios, rows / 2));
        assertTrue(auc(own, rows / 2) < 0.65, "threshold " + auc(own, rows / 2));
    }

    private static double[] confidences(SplittableRandom random, double[] ease, boolean[] in) {
        double[] confidences = new double[ease.length];
        for (int i = 0; i < ease.length; i++) {
            confidences[i] = ease[i] + (in[i] ? 3 : 0) + random.nextGaussian();
        }
        return confidences;
    }

    private static double auc(double[] scores, int members) {
        return new Roc(Arrays.copyOf(scores, members), Arrays.copyOfRange(scores, members, scores.length)).area();
    }
}
