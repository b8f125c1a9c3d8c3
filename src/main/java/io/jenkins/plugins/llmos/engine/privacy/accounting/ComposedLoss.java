package io.jenkins.plugins.llmos.engine.privacy.accounting;

import java.util.Arrays;
import java.util.List;

/**
 * The composed privacy loss in a window of the grid, from one Fourier transform (Koskela, Jälkö, Honkela, AISTATS 2020).
 * Losses are tilted first, by e^(θ·loss), so that the window sits where ε is sought and the transform's rounding is small
 * beside the tail there, however small δ is (Esscher's transform; for accountants see Gopi, Lee, Wutschitz, NeurIPS 2021,
 * on why untilted ones lose small δ).
 *
 * <p>Everything left out errs upwards: losses beyond the window's upper end count as infinite, by a Chernoff bound; those
 * below its lower end come round at the top and only add there; and each point is raised by a bound of the transform's rounding.
 */
final class ComposedLoss {
    /** Squared size of a frequency that is far below the transform's rounding, so that nothing changes without it. */
    private static final double NEGLIGIBLE = 1e-60;

    private final double interval;
    private final long first;
    private final double tilt;
    private final double cumulant;
    private final double[] tilted;
    private final double rounding;
    private final double infinite;
    private final double most;

    /**
     * @param grids one a part, of one interval
     * @param counts one a part
     * @param tilt θ, from 0 up
     * @param tailTilt the tilt for the Chernoff bound at the upper end
     * @param first index of the window's lowest point
     * @param size points of the window, a power of two
     * @param most the largest finite loss; beyond it there is no tail
     * @param enough log of a probability beyond the upper end that need not be bounded any better
     */
    ComposedLoss(
            List<LossGrid> grids,
            long[] counts,
            double tilt,
            double tailTilt,
            long first,
            int size,
            double most,
            double enough) {
        this.interval = grids.get(0).interval();
        this.first = first;
        this.most = most;
        this.tilt = tilt;
        Fourier fourier = new Fourier(size);
        double[] re = new double[size];
        double[] im = new double[size];
        Arrays.fill(re, 1);
        double k = 0;
        double logFinite = 0;
        long count = 0;
        // Two at a time, one as real, one as imaginary part.
        for (int g = 0; g < counts.length; g += 2) {
            double[][] z = new double[2][size];
            for (int i = 0; i < Math.min(2, counts.length - g); i++) {
                LossGrid grid = grids.get(g + i);
                double one = grid.cumulant(tilt);
                k += counts[g + i] * one;
                logFinite += counts[g + i] * Math.log1p(-grid.infinite());
                count += counts[g + i];
                double[] masses = grid.tilted(tilt, one);
                for (int m = 0; m < masses.length; m++) {
                    z[i][(int) Math.floorMod(grid.first() + m, (long) size)] += masses[m];
                }
            }
            fourier.forward(z[0], z[1]);
            Fourier.multiplyByPowers(
                    re, im, z[0], z[1], counts[g], g + 1 < counts.length ? counts[g + 1] : 0, NEGLIGIBLE);
        }
        Fourier.complete(re, im);
        double spectrum = 0;
        for (int i = 0; i < size; i++) {
            spectrum += Math.hypot(re[i], im[i]);
        }
        fourier.inverse(re, im);
        this.cumulant = k;
        this.tilted = re;
        double perPoint = 4 * Math.ulp(1.0) * (Integer.numberOfTrailingZeros(size) + 1);
        this.rounding = perPoint * (count + 1) * spectrum / size;
        double end = (first + size) * interval;
        double beyond = end > most ? 0 : Math.exp(logBeyond(grids, counts, tilt, tailTilt, end, enough));
        this.infinite = -Math.expm1(logFinite) + beyond;
    }

    /**
     * Chernoff's bound of the log probability beyond a loss. Every tilt gives a bound; the one asked for can be too steep
     * where the loss is near the largest that there is, so that others are tried too.
     */
    private static double logBeyond(
            List<LossGrid> grids, long[] counts, double tilt, double tailTilt, double end, double enough) {
        double least = Math.min(0, logBound(grids, counts, tailTilt, end));
        double t = Math.max(tilt, 1e-3);
        for (int tries = 0; tries < 10 && least > enough; tries++) {
            least = Math.min(least, logBound(grids, counts, t, end));
            t *= 1.5;
        }
        return least;
    }

    private static double logBound(List<LossGrid> grids, long[] counts, double tilt, double end) {
        double log = -tilt * end;
        for (int g = 0; g < counts.length; g++) {
            log += counts[g] * grids.get(g).cumulant(tilt);
        }
        return Double.isNaN(log) ? 0 : log;
    }

    /** The window's lowest loss. */
    double least() {
        return first * interval;
    }

    /**
     * What the window says.
     *
     * @param epsilon the loss at which δ is reached, or the window's lower end where it is not
     * @param within whether it is reached
     * @param sharp whether rounding is less than a ten-thousandth of δ there
     */
    record Answer(double epsilon, double delta, boolean within, boolean sharp) {}

    /**
     * The least ε, perhaps below 0, for δ; or δ at {@code stop} if it is not reached above.
     *
     * <p>With S the probability above a point and D the hockey-stick divergence there, both of the losses above, the point
     * below has D·e^(−h) + S·(1 − e^(−h)): no difference is taken. Between points D runs as S − (S − D)·e^(−u), u down
     * from the upper one.
     */
    Answer answer(double delta, double stop) {
        double shrink = Math.exp(-interval);
        double grow = -Math.expm1(-interval);
        double s = 0;
        double d = 0;
        double blur = 0;
        double blurMass = 0;
        double left = delta - infinite;
        double x = (first + tilted.length) * interval;
        if (left <= 0) {
            return new Answer(Double.POSITIVE_INFINITY, 1, true, true);
        }
        for (int j = tilted.length - 1; j >= 0; j--) {
            double upper = (first + j) * interval;
            double below = upper - interval;
            if (below > most) {
                x = below;
                continue;
            }
            double weight = Math.exp(cumulant - tilt * upper);
            s += weight * (Math.max(0, tilted[slot(j)]) + rounding);
            blurMass += weight * rounding;
            double next = d * shrink + s * grow;
            blur = blur * shrink + blurMass * grow;
            boolean sharp = blur <= 1e-4 * next;
            if (next >= left) {
                double u = s - left > 0 ? Math.log((s - d) / (s - left)) : interval;
                double epsilon = upper - Math.min(interval, Math.max(0, u));
                if (epsilon >= stop) {
                    return new Answer(epsilon, delta, true, sharp);
                }
            }
            if (below <= stop) {
                double u = Math.max(0, upper - stop);
                double at = d * Math.exp(-u) - s * Math.expm1(-u);
                return new Answer(stop, Math.min(1, at + infinite), false, sharp);
            }
            d = next;
            x = below;
        }
        return new Answer(x, Math.min(1, d + infinite), false, blur <= 1e-4 * d);
    }

    private int slot(int j) {
        return (int) Math.floorMod(first + j, (long) tilted.length);
    }
}
