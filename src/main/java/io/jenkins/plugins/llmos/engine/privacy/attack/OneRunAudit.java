package io.jenkins.plugins.llmos.engine.privacy.attack;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.CanaryTraining;
import io.jenkins.plugins.llmos.engine.train.CanaryTraining.Canary;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Audits a private training by training once: canaries are left in or taken out by a coin each, and the model's confidence
 * in their wrong classes tells which (see {@link CanaryTraining} and {@link OneRunBound}).
 */
public final class OneRunAudit {
    /** Fewest canaries. */
    public static final int FEWEST_CANARIES = 20;
    /** Canaries unless a number is given, where half of the training rows are more. */
    public static final int USUAL_CANARIES = 1000;

    private static final int TRIES = 5;

    private OneRunAudit() {}

    /**
     * How to audit.
     *
     * @param canaries how many, 0 for half of the training rows but at most {@link #USUAL_CANARIES}
     * @param guesses how many, even, half of them that a canary was in; 0 tries all, half, a quarter, … of the canaries, each
     *     at its share of the risk
     * @param confidence of the bound, above 0 and below 1
     * @param seed of the canaries and the coins
     */
    public record Options(int canaries, int guesses, double confidence, long seed) {
        /** @throws InvalidInputException if a number is out of its range */
        public Options {
            if (canaries < 0 || (canaries > 0 && canaries < FEWEST_CANARIES)) {
                throw new InvalidInputException("An audit cannot bound anything by " + canaries
                        + " canaries. Take at least " + FEWEST_CANARIES + "; the usual number is " + USUAL_CANARIES
                        + ".");
            }
            if (guesses < 0 || guesses % 2 != 0 || (canaries > 0 && guesses > canaries)) {
                throw new InvalidInputException("An audit cannot make " + guesses
                        + (guesses == 1 ? " guess" : " guesses")
                        + ": half of them are that a canary was trained on, so their number must be even, and at most that"
                        + " of the canaries.");
            }
            MembershipAudit.requireConfidence(confidence);
        }
    }

    /**
     * What an audit found.
     *
     * @param claim of the training
     * @param canaries how many
     * @param in how many of them were trained on
     * @param rows trained on
     * @param guesses of the best try
     * @param right guesses of them
     * @param epsilon lower bound of ε at the claim's δ, from 0 up
     * @param pValue the most that the probability of so many right guesses is if the claim holds, for all tries together
     * @param tries how many numbers of guesses were tried
     * @param confidence of the bound
     * @param seed of the canaries and the coins
     */
    public record Report(
            Claim claim,
            int canaries,
            int in,
            int rows,
            int guesses,
            int right,
            double epsilon,
            double pValue,
            int tries,
            double confidence,
            long seed) {
        /** Whether the bound is above the ε that the training claims, or, without noise, was asked for. */
        public boolean refutesClaim() {
            return claim.isRefutedBy(epsilon);
        }
    }

    /**
     * Trains and guesses.
     *
     * @param spec of the training, private and of a classifier; its output lies in {@code scratch}
     * @param scratch an empty folder, for the trained model among others
     * @throws InvalidInputException if such a training cannot be audited, or fails
     * @throws IOException if a file cannot be written
     */
    public static Report run(FileAccess access, TrainSpec spec, Options options, Path scratch) throws IOException {
        CanaryTraining.Outcome outcome = CanaryTraining.run(
                access, spec, options.canaries, FEWEST_CANARIES, USUAL_CANARIES, options.seed, scratch);
        Claim claim = Claim.of(spec.privacy(), outcome.result());
        List<Canary> sorted = new ArrayList<>(outcome.canaries());
        sorted.sort(Comparator.comparingDouble(Canary::confidence));
        int m = sorted.size();
        if (options.guesses > m) {
            throw new InvalidInputException("An audit cannot make " + options.guesses + " guesses at " + m
                    + " canaries. Take at most as many guesses as canaries.");
        }
        List<Integer> tries = tries(m, options.guesses);
        double risk = (1 - options.confidence) / tries.size();
        int bestGuesses = 0;
        int bestRight = 0;
        double bestEpsilon = -1;
        double leastP = 1;
        for (int guesses : tries) {
            int right = right(sorted, guesses);
            OneRunBound bound = new OneRunBound(m, guesses, right, claim.delta());
            double epsilon = bound.epsilon(risk);
            leastP = Math.min(leastP, bound.pValue(claim.epsilon()));
            if (epsilon > bestEpsilon) {
                bestGuesses = guesses;
                bestRight = right;
                bestEpsilon = epsilon;
            }
        }
        return new Report(
                claim,
                m,
                (int) sorted.stream().filter(Canary::in).count(),
                outcome.rows(),
                bestGuesses,
                bestRight,
                bestEpsilon,
                Math.min(1, leastP * tries.size()),
                tries.size(),
                options.confidence,
                options.seed);
    }

    /** Numbers of guesses, fixed before anything is seen. */
    private static List<Integer> tries(int canaries, int guesses) {
        if (guesses > 0) {
            return List.of(guesses);
        }
        List<Integer> tries = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            int half = (canaries >> i) / 2;
            if (half > 0) {
                tries.add(2 * half);
            }
        }
        return tries;
    }

    /** Guesses that the surest half was in and the least sure half was out. */
    private static int right(List<Canary> sorted, int guesses) {
        int right = 0;
        for (int i = 0; i < guesses / 2; i++) {
            right += sorted.get(sorted.size() - 1 - i).in() ? 1 : 0;
            right += sorted.get(i).in() ? 0 : 1;
        }
        return right;
    }
}
