package io.jenkins.plugins.llmos.engine.privacy.attack;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.LabelledRows;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.ShadowTraining;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Attacks a trained model: tells rows that it was trained on from rows that it was not, by their loss (Yeom, Giacomelli,
 * Fredrikson, Jha, "Privacy Risk in Machine Learning", CSF 2018, adversary 1, with any threshold), and with shadow models by
 * their likelihood ratio (see {@link Lira}).
 */
public final class MembershipAudit {
    /** Fewest members, and fewest non-members. */
    public static final int FEWEST_ROWS = 20;

    private static final double[] RATES = {0.001, 0.01, 0.1};

    private MembershipAudit() {}

    /**
     * How to attack.
     *
     * @param shadows shadow models to train, even and at least 4; 0 leaves the likelihood ratio out
     * @param confidence of all bounds together, above 0 and below 1
     * @param delta at which ε is bounded, null for the model's own
     * @param seed of the halves and the shadow models
     */
    public record Options(int shadows, double confidence, Double delta, long seed) {
        /** @throws InvalidInputException if a number is out of its range */
        public Options {
            if (shadows != 0 && (shadows < Lira.FEWEST || shadows % 2 != 0)) {
                throw new InvalidInputException("An audit cannot use " + shadows
                        + (shadows == 1 ? " shadow model" : " shadow models")
                        + ": each row is in half of them, and two on either side are the fewest. Take an even number from "
                        + Lira.FEWEST + " up, or 0 for none.");
            }
            requireConfidence(confidence);
            if (delta != null && !(delta >= 0 && delta < 1)) {
                throw new InvalidInputException(
                        "An audit's δ is " + delta + "; it must be from 0 to less than 1, such as 1e-5.");
            }
        }
    }

    static void requireConfidence(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new InvalidInputException(
                    "An audit's confidence is " + confidence + "; it must be above 0 and below 1, such as 0.95.");
        }
    }

    /**
     * How one attack fared.
     *
     * @param name of the attack
     * @param auc probability that a member looks likelier than a non-member, ties counting half; 0.5 is no better than chance
     * @param truePositives part of the members found, by the part of non-members taken for members at most
     * @param bound of ε that follows
     */
    public record Attack(String name, double auc, Map<String, Double> truePositives, RateBound bound) {}

    /**
     * What an audit found.
     *
     * @param model name of the training
     * @param claim of the model
     * @param delta at which ε is bounded
     * @param members rows that the model was trained on
     * @param nonMembers rows that it was not
     * @param inBoth non-members that equal a member
     * @param confidence of all bounds together, for rows that are independent trials
     * @param seed of the halves and the shadow models
     * @param shadows how many shadow models were trained
     * @param attacks one or two
     */
    public record Report(
            String model,
            Claim claim,
            double delta,
            int members,
            int nonMembers,
            int inBoth,
            double confidence,
            long seed,
            int shadows,
            List<Attack> attacks) {
        public Report {
            attacks = List.copyOf(attacks);
        }

        /** The largest bound. */
        public double epsilon() {
            return attacks.stream().mapToDouble(a -> a.bound().epsilon()).max().orElse(0);
        }

        /** Whether a bound is above the ε that the model claims, or that a training without noise was asked for. */
        public boolean refutesClaim() {
            return delta >= claim.delta() && claim.isRefutedBy(epsilon());
        }
    }

    /**
     * Refuses a model that cannot be attacked so.
     *
     * @throws InvalidInputException if it predicts a number
     */
    public static void requireClassifier(FeatureSchema schema) {
        if (schema.task() == FeatureSchema.Task.REGRESSION) {
            throw new InvalidInputException("The model predicts a number, '" + schema.target()
                    + "', and an audit compares how sure a model is of classes. Audit a classifier.");
        }
    }

    /**
     * Attacks a model.
     *
     * @param network with the parameters of the model, closed by the caller
     * @param progress told what is going on
     * @throws InvalidInputException if the model predicts a number, there are too few rows, or all non-members are members
     */
    public static Report run(
            ModelCard card,
            Network network,
            LabelledRows members,
            LabelledRows nonMembers,
            Options options,
            Consumer<String> progress) {
        requireClassifier(card.schema());
        requireRows("members", members.size());
        requireRows("non-members", nonMembers.size());
        int inBoth = nonMembers.countIn(members);
        if (inBoth == nonMembers.size()) {
            throw new InvalidInputException("All " + inBoth
                    + " non-members stand among the members, too, so there is nothing to tell apart. Name rows that the"
                    + " model was not trained on.");
        }
        Claim claim = Claim.of(card.spec().privacy(), card.result());
        double delta = options.delta == null ? claim.delta() : options.delta;
        LabelledRows rows = members.and(nonMembers);
        double[] confidences = rows.confidences(network);
        List<Attack> attacks = new ArrayList<>();
        // Bounds of two attacks hold together if each takes half of the risk.
        double risk = (1 - options.confidence) / (options.shadows == 0 ? 1 : 2);
        attacks.add(attack("loss threshold", confidences, members.size(), delta, risk, options.seed));
        if (options.shadows > 0) {
            double[] ratios = ratios(card, rows, confidences, options, progress);
            attacks.add(attack("likelihood ratio", ratios, members.size(), delta, risk, options.seed));
        }
        return new Report(
                card.spec().name(),
                claim,
                delta,
                members.size(),
                nonMembers.size(),
                inBoth,
                options.confidence,
                options.seed,
                options.shadows,
                attacks);
    }

    private static void requireRows(String which, int count) {
        if (count < FEWEST_ROWS) {
            throw new InvalidInputException(
                    "There are " + count + " " + which + ", too few to audit a model by: at least " + FEWEST_ROWS
                            + " are needed, and to bound an ε of 3 some hundreds.");
        }
    }

    private static double[] ratios(
            ModelCard card, LabelledRows rows, double[] confidences, Options options, Consumer<String> progress) {
        List<boolean[]> in = Lira.halves(rows.size(), options.shadows, options.seed);
        SplittableRandom seeds = new SplittableRandom(options.seed);
        List<double[]> shadows = new ArrayList<>();
        for (boolean[] half : in) {
            progress.accept("Training shadow model " + (shadows.size() + 1) + " of " + options.shadows + ".");
            int[] wanted = IntStream.range(0, half.length).filter(i -> half[i]).toArray();
            try (Network shadow = ShadowTraining.train(card, rows, wanted, seeds.nextLong())) {
                shadows.add(rows.confidences(shadow));
            }
        }
        return Lira.scores(confidences, in, shadows);
    }

    private static Attack attack(String name, double[] scores, int memberCount, double delta, double risk, long seed) {
        double[] members = Arrays.copyOf(scores, memberCount);
        double[] nonMembers = Arrays.copyOfRange(scores, memberCount, scores.length);
        Roc roc = new Roc(members, nonMembers);
        Map<String, Double> rates = new LinkedHashMap<>();
        for (double rate : RATES) {
            rates.put(Double.toString(rate), roc.truePositivesAt(rate));
        }
        return new Attack(name, roc.area(), rates, RateBound.of(members, nonMembers, delta, risk, seed));
    }
}
