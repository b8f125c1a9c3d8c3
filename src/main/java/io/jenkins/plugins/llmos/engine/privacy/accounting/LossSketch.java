package io.jenkins.plugins.llmos.engine.privacy.accounting;

import java.util.Arrays;
import java.util.List;

/**
 * The composed privacy loss by a few hundred nodes a part, to plan the exact computation: its cumulant K(θ) = log E
 * e^(θ·loss), from which tilts and windows follow. Nodes are shared out to a grid's points as {@link LossGrid} does, for
 * where losses are small beside the interval that widens them.
 */
final class LossSketch {
    private static final int MOST_NODES = 1200;

    private final double[][] losses;
    private final double[][] logMasses;
    private final long[] counts;
    private double least;
    private double most;
    private double logMost;

    /** What K and its first two derivatives are at a tilt: the latter are mean and variance of the tilted loss. */
    record Cumulant(double value, double mean, double variance) {
        /** log of the Chernoff bound of the probability that the loss is at least {@link #mean}, at this tilt. */
        double tail(double tilt) {
            return value - tilt * mean;
        }
    }

    /**
     * @param sources one a part
     * @param counts one a part
     */
    LossSketch(List<PrivacyLoss> sources, long[] counts, double interval) {
        this.counts = counts;
        this.losses = new double[sources.size()][];
        this.logMasses = new double[sources.size()][];
        double whole = -Math.expm1(-interval);
        for (int s = 0; s < counts.length; s++) {
            PrivacyLoss loss = sources.get(s);
            double[] at = new double[2 * (MOST_NODES + 2)];
            double[] mass = new double[at.length];
            int[] next = {0};
            loss.visit(MOST_NODES, (l, m) -> {
                double floor = Math.floor(l / interval) * interval;
                double share = LossGrid.share(l - floor, whole);
                at[next[0]] = floor;
                mass[next[0]++] = m * (1 - share);
                at[next[0]] = floor + interval;
                mass[next[0]++] = m * share;
            });
            double heaviest = 0;
            for (int i = 0; i < next[0]; i++) {
                if (at[i] >= loss.most() - 1e-9 * interval) {
                    heaviest += mass[i];
                }
                mass[i] = Math.log(mass[i]);
            }
            losses[s] = Arrays.copyOf(at, next[0]);
            logMasses[s] = Arrays.copyOf(mass, next[0]);
            least += counts[s] * interval * Math.floor(loss.least() / interval);
            most += counts[s] * interval * Math.ceil(loss.most() / interval);
            logMost += counts[s] * Math.log(heaviest);
        }
    }

    /** No loss is below this. */
    double least() {
        return least;
    }

    /** No finite loss is above this. */
    double most() {
        return most;
    }

    /** log of the probability of about the largest loss. */
    double logMost() {
        return logMost;
    }

    Cumulant at(double tilt) {
        double value = 0;
        double mean = 0;
        double variance = 0;
        for (int s = 0; s < counts.length; s++) {
            double[] l = losses[s];
            double[] m = logMasses[s];
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < l.length; i++) {
                max = Math.max(max, m[i] + tilt * l[i]);
            }
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            for (int i = 0; i < l.length; i++) {
                double e = Math.exp(m[i] + tilt * l[i] - max);
                s0 += e;
                s1 += e * l[i];
                s2 += e * l[i] * l[i];
            }
            value += counts[s] * (max + Math.log(s0));
            mean += counts[s] * s1 / s0;
            variance += counts[s] * Math.max(0, s2 / s0 - s1 / s0 * (s1 / s0));
        }
        return new Cumulant(value, mean, variance);
    }

    /** The tilt, from 0 up, under which the mean loss is about this. */
    double tiltOfMean(double mean) {
        return least(0, tilt -> at(tilt).mean >= mean);
    }

    /** The tilt about whose mean the ε of this δ lies: a saddle point of the integral for δ(ε). */
    double tiltOfDelta(double logDelta) {
        double reachable = Math.max(logDelta, 0.5 * logMost);
        return least(0, tilt -> {
            Cumulant k = at(tilt);
            double spread = tilt * (1 + tilt) * Math.sqrt(2 * Math.PI * k.variance);
            return k.tail(tilt) - Math.log(Math.max(1, spread)) <= reachable;
        });
    }

    /**
     * A tilt above {@code from} at whose mean the Chernoff bound is as small as asked.
     *
     * @param logTail of the probability that the loss is above
     * @param logTilted of the same under the tilt {@code from}
     */
    double tiltOfTail(double from, double logTail, double logTilted) {
        Cumulant base = at(from);
        return least(from, tilt -> {
            Cumulant k = at(tilt);
            return k.mean >= most * (1 - 1e-9)
                    || (k.tail(tilt) <= logTail && k.value - base.value - (tilt - from) * k.mean <= logTilted);
        });
    }

    /** A loss that one tilted by {@code tilt} falls below with about this probability. */
    double lowEnd(double tilt, double logTail) {
        Cumulant base = at(tilt);
        double back = least(0, step -> {
            Cumulant k = at(tilt - step);
            return k.mean <= least * (1 - 1e-9) || k.value - base.value + step * k.mean <= logTail;
        });
        return Math.max(least, at(tilt - back).mean);
    }

    private interface Condition {
        boolean holds(double tilt);
    }

    /** About the least tilt from {@code from} up at which a condition holds that holds from there on. */
    private static double least(double from, Condition condition) {
        double step = 1e-6;
        while (step < 1e9 && !condition.holds(from + step)) {
            step *= 4;
        }
        double low = step <= 1e-6 ? 0 : step / 4;
        double high = step;
        for (int i = 0; i < 12; i++) {
            double middle = (low + high) / 2;
            if (condition.holds(from + middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return from + high;
    }
}
