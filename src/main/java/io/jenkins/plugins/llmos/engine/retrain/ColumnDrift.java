package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.Frequencies;
import io.jenkins.plugins.llmos.engine.train.data.Quantiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a column of later data is from that column of the data trained on.
 *
 * @param column its name
 * @param type what it holds
 * @param psi population stability index, at least 0; missing values are a bin of their own, categories that were not there
 *     in training another. Of a text the larger of that of its words and that of its length
 * @param ks Kolmogorov–Smirnov statistic, 0 to 1; of categories the total variation distance; of a text that of its length
 * @param psiByChance what the index of two samples of these sizes may be by chance alone
 * @param ksByChance the same of the statistic
 * @param unseen share of values that were not there in training, of categories and words; otherwise 0
 */
public record ColumnDrift(
        String column,
        FeatureSchema.Type type,
        double psi,
        double ks,
        double psiByChance,
        double ksByChance,
        double unseen) {
    /** How often a column may seem to have drifted by chance, over all columns together. */
    private static final double BY_CHANCE = 0.001;

    private static final int NUMBER_BINS = 10;
    /** Categories or words that get a bin each. */
    private static final int VALUE_BINS = 100;

    /** Which figure is compared with the bound on drift. */
    public enum Statistic {
        PSI,
        KS
    }

    /** The figure, or 0 where chance alone explains it. */
    public double of(Statistic statistic) {
        double value = statistic == Statistic.PSI ? psi : ks;
        return value > (statistic == Statistic.PSI ? psiByChance : ksByChance) ? value : 0;
    }

    /**
     * Compares all columns of a profile.
     *
     * @param before of the data trained on
     * @param now of later data, with the same columns
     */
    public static List<ColumnDrift> between(DataProfile before, DataProfile now) {
        List<ColumnDrift> all = new ArrayList<>();
        double probability = BY_CHANCE / Math.max(1, before.columns().size());
        for (DataProfile.Column old : before.columns()) {
            now.column(old.name()).ifPresent(c -> all.add(of(old, before.rows(), c, now.rows(), probability)));
        }
        return all;
    }

    private static ColumnDrift of(
            DataProfile.Column old, long oldRows, DataProfile.Column now, long nowRows, double probability) {
        List<Bins> parts = new ArrayList<>();
        if (old.numbers() != null && now.numbers() != null) {
            parts.add(numbers(old, now));
        }
        if (old.values() != null && now.values() != null) {
            parts.add(values(old, now));
        }
        double psi = 0;
        double psiByChance = Double.POSITIVE_INFINITY;
        double excess = Double.NEGATIVE_INFINITY;
        for (Bins bins : parts) {
            double n = Math.min((double) oldRows, bins.mostOld);
            double m = Math.min((double) nowRows, bins.mostNow);
            double value = Divergence.psi(bins.old, bins.now);
            double chance = Divergence.psiByChance(bins.old.length, n, m, probability / parts.size());
            // The part that is furthest above chance speaks for the column.
            if (value - chance > excess || excess == Double.NEGATIVE_INFINITY) {
                excess = value - chance;
                psi = value;
                psiByChance = chance;
            }
        }
        double ks;
        double ksByChance;
        if (old.numbers() != null && now.numbers() != null) {
            ks = Divergence.ks(old.numbers(), now.numbers());
            ksByChance = Divergence.ksByChance(
                    (double) old.numbers().sampled(), (double) now.numbers().sampled(), probability);
        } else if (!parts.isEmpty()) {
            Bins bins = parts.get(0);
            ks = Divergence.totalVariation(bins.old, bins.now);
            ksByChance =
                    Divergence.totalVariationByChance(bins.old.length, (double) oldRows, (double) nowRows, probability);
        } else {
            ks = 0;
            ksByChance = Double.POSITIVE_INFINITY;
        }
        return new ColumnDrift(old.name(), old.type(), psi, ks, psiByChance, ksByChance, unseen(old, now));
    }

    /** Counts in common bins, and how many independent observations each side stands for at most. */
    private static final class Bins {
        private final double[] old;
        private final double[] now;
        private final double mostOld;
        private final double mostNow;

        private Bins(double[] old, double[] now, double mostOld, double mostNow) {
            this.old = old;
            this.now = now;
            this.mostOld = mostOld;
            this.mostNow = mostNow;
        }
    }

    private static Bins numbers(DataProfile.Column old, DataProfile.Column now) {
        Quantiles before = old.numbers();
        TreeSet<Double> edges = new TreeSet<>();
        int n = before.points().size();
        for (int i = 1; n > 0 && i < NUMBER_BINS; i++) {
            edges.add(before.points().get(i * (n - 1) / NUMBER_BINS));
        }
        return new Bins(
                counts(old, edges),
                counts(now, edges),
                (double) before.sampled() + old.missing(),
                (double) now.numbers().sampled() + now.missing());
    }

    /** Of (−∞, e₁], (e₁, e₂], …, (eₖ, ∞) and of missing values. */
    private static double[] counts(DataProfile.Column column, TreeSet<Double> edges) {
        Quantiles numbers = column.numbers();
        double[] counts = new double[edges.size() + 2];
        double below = 0;
        int i = 0;
        for (double edge : edges) {
            double share = numbers.atMost(edge);
            counts[i++] = (share - below) * numbers.count();
            below = share;
        }
        counts[i++] = (1 - below) * numbers.count();
        counts[i] = column.missing();
        return counts;
    }

    private static Bins values(DataProfile.Column old, DataProfile.Column now) {
        List<String> known =
                old.values().counts().keySet().stream().limit(VALUE_BINS).toList();
        double[] before = counts(old, known);
        double[] after = counts(now, known);
        return new Bins(before, after, Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** Of each known value, of all others, and of missing ones. */
    private static double[] counts(DataProfile.Column column, List<String> known) {
        Frequencies values = column.values();
        double[] counts = new double[known.size() + 2];
        double others = values.total();
        for (int i = 0; i < known.size(); i++) {
            counts[i] = values.counts().getOrDefault(known.get(i), 0L);
            others -= counts[i];
        }
        counts[known.size()] = others;
        // The words of a text are counted here, and missing texts beside its length.
        counts[known.size() + 1] = column.numbers() == null ? column.missing() : 0;
        return counts;
    }

    private static double unseen(DataProfile.Column old, DataProfile.Column now) {
        if (old.values() == null || now.values() == null || old.values().others() > 0) {
            return 0;
        }
        Set<String> known = new HashSet<>(old.values().counts().keySet());
        long total = now.values().total();
        long unknown = now.values().others();
        for (var value : now.values().counts().entrySet()) {
            unknown += known.contains(value.getKey()) ? 0 : value.getValue();
        }
        return total == 0 ? 0 : (double) unknown / total;
    }
}
