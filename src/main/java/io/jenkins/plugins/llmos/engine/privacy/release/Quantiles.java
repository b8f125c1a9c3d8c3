package io.jenkins.plugins.llmos.engine.privacy.release;

import java.math.BigInteger;

/**
 * A quantile by the exponential mechanism (McSherry, Talwar, FOCS 2007; for quantiles Smith, STOC 2011) over the points of
 * a grid: point c is chosen with probability proportional to e^(−ε·u(c)/2Δ), where u(c) = |(1 − q)·below − q·above| with
 * the numbers of values below and above c, and Δ = max(q, 1 − q) is the most that one record changes it. It is drawn
 * exactly, by rejection from uniform points.
 */
final class Quantiles {
    static final long EPSILON_PARTS = 1L << 20;

    private static final int POINTS = 1 << 14;
    private static final int THOUSAND = 1000;

    private final Query query;
    private final int last;
    private final long[] at;
    private final long[] after;

    Quantiles(Query query) {
        this.query = query;
        double range = query.upper() - query.lower();
        this.last = query.whole() && range <= POINTS ? (int) Math.ceil(range) : POINTS;
        this.at = new long[last + 1];
        this.after = new long[last + 1];
    }

    private double point(int i) {
        return i == last ? query.upper() : query.lower() + (query.upper() - query.lower()) * i / last;
    }

    void accept(double value) {
        double v = Math.min(query.upper(), Math.max(query.lower(), value));
        int i = (int) Math.min(last, Math.floor((v - query.lower()) / (query.upper() - query.lower()) * last));
        while (i > 0 && point(i) > v) {
            i--;
        }
        while (i < last && point(i + 1) <= v) {
            i++;
        }
        if (point(i) == v) {
            at[i]++;
        } else {
            after[i]++;
        }
    }

    /** How bad each point is, in thousandths. */
    long[] utilities() {
        long all = 0;
        for (int i = 0; i <= last; i++) {
            all += at[i] + after[i];
        }
        long[] utilities = new long[last + 1];
        long below = 0;
        for (int i = 0; i <= last; i++) {
            long above = all - below - at[i];
            utilities[i] = Math.abs((THOUSAND - query.quantile()) * below - query.quantile() * above);
            below += at[i] + after[i];
        }
        return utilities;
    }

    long sensitivity() {
        return Math.max(query.quantile(), THOUSAND - query.quantile());
    }

    double draw(ExactNoise noise, UniformIntegers bits, long epsilonParts) {
        long[] utilities = utilities();
        long best = Long.MAX_VALUE;
        for (long u : utilities) {
            best = Math.min(best, u);
        }
        BigInteger under = BigInteger.valueOf(2 * sensitivity() * EPSILON_PARTS);
        while (true) {
            int i = (int) bits.below(last + 1L);
            BigInteger over = BigInteger.valueOf(utilities[i] - best).multiply(BigInteger.valueOf(epsilonParts));
            if (noise.bernoulliExp(over, under)) {
                return point(i);
            }
        }
    }

    /** With this much probability the rank is off by at most so many records, beyond what the grid allows. */
    double rankError(long epsilonParts, double miss) {
        return 2.0 * sensitivity() / THOUSAND * EPSILON_PARTS / epsilonParts * Math.log((last + 1) / miss);
    }
}
