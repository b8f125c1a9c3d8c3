package io.jenkins.plugins.llmos.engine.privacy.attack;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A lower bound of ε from how often a threshold is right: under (ε, δ), TPR ≤ e^ε·FPR + δ, and the same of non-members
 * (Kairouz, Oh, Viswanath, "The Composition Theorem for Differential Privacy", ICML 2015, theorem 2.1), with exact bounds of
 * both rates (Nasr et al., "Adversary Instantiation", S&amp;P 2021, section IV). The threshold is chosen on one half of the
 * rows and its rates are counted on the other, so the choice does not flatter them.
 *
 * @param epsilon the bound, from 0 up
 * @param ofMembers whether rows above the threshold are taken for members; otherwise rows below it for non-members
 * @param threshold of the attack's score
 * @param right rows taken so that are
 * @param rightOf rows that are
 * @param wrong rows taken so that are not
 * @param wrongOf rows that are not
 */
public record RateBound(
        double epsilon, boolean ofMembers, double threshold, int right, int rightOf, int wrong, int wrongOf) {

    /**
     * Computes the bound.
     *
     * @param members scores, higher for likelier members; at least two
     * @param nonMembers likewise
     * @param risk that ε is below the bound nevertheless, taking rows as independent trials
     * @param seed of the halves
     */
    static RateBound of(double[] members, double[] nonMembers, double delta, double risk, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] in = halves(members, random);
        double[][] out = halves(nonMembers, random);
        RateBound forMembers = choose(true, in[0], out[0], delta, risk);
        RateBound forOthers = choose(false, negative(out[0]), negative(in[0]), delta, risk);
        return forMembers.epsilon >= forOthers.epsilon
                ? at(true, forMembers.threshold, new Roc(in[1], out[1]), delta, risk)
                : at(false, forOthers.threshold, new Roc(negative(out[1]), negative(in[1])), delta, risk)
                        .withThreshold(-forOthers.threshold);
    }

    private static double[][] halves(double[] scores, SplittableRandom random) {
        double[] shuffled = scores.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        int middle = shuffled.length / 2;
        return new double[][] {Arrays.copyOf(shuffled, middle), Arrays.copyOfRange(shuffled, middle, shuffled.length)};
    }

    private static double[] negative(double[] scores) {
        return Arrays.stream(scores).map(s -> -s).toArray();
    }

    /** The best of thresholds that 0, 1, 2, 3, 4, 5, 7, 9 … others are above. */
    private static RateBound choose(boolean ofMembers, double[] own, double[] others, double delta, double risk) {
        Roc roc = new Roc(own, others);
        RateBound best = null;
        for (int count = 0; count < others.length; count += 1 + count / 4) {
            RateBound bound = at(ofMembers, roc.thresholdFor(count), roc, delta, risk);
            best = best == null || bound.epsilon > best.epsilon ? bound : best;
        }
        return best;
    }

    private static RateBound at(boolean ofMembers, double threshold, Roc roc, double delta, double risk) {
        int right = roc.membersAbove(threshold);
        int wrong = roc.nonMembersAbove(threshold);
        double least = BinomialBounds.lower(right, roc.members(), risk / 2);
        double most = BinomialBounds.upper(wrong, roc.nonMembers(), risk / 2);
        double epsilon = least > delta ? Math.max(0, Math.log((least - delta) / most)) : 0;
        return new RateBound(epsilon, ofMembers, threshold, right, roc.members(), wrong, roc.nonMembers());
    }

    private RateBound withThreshold(double other) {
        return new RateBound(epsilon, ofMembers, other, right, rightOf, wrong, wrongOf);
    }
}
