package io.jenkins.plugins.llmos.engine.report;

import java.util.Arrays;
import java.util.List;

/** A named curve: points in the order in which they are joined. A value that is not finite makes a gap. */
public final class Series {
    private final String name;
    private final double[] x;
    private final double[] y;

    private Series(String name, double[] x, double[] y) {
        this.name = name;
        this.x = x;
        this.y = y;
    }

    /**
     * Makes a curve.
     *
     * @param x ascending
     * @param y as many
     * @throws IllegalArgumentException if they are not as many
     */
    public static Series of(String name, double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " x for " + y.length + " y");
        }
        return new Series(name, x.clone(), y.clone());
    }

    /** Makes a curve; see {@link #of(String, double[], double[])}. */
    public static Series of(String name, List<? extends Number> x, List<? extends Number> y) {
        return of(name, doubles(x), doubles(y));
    }

    /**
     * The share of samples at or below each value, from 0 at the least to 1 at the greatest, to be drawn in steps. Samples
     * that are not finite are left out.
     */
    public static Series cumulative(String name, double[] samples) {
        double[] sorted =
                Arrays.stream(samples).filter(Double::isFinite).sorted().toArray();
        int n = sorted.length;
        double[] x = new double[n == 0 ? 0 : n + 1];
        double[] y = new double[x.length];
        for (int i = 0; i < n; i++) {
            x[i + 1] = sorted[i];
            y[i + 1] = (i + 1) / (double) n;
        }
        if (n > 0) {
            x[0] = sorted[0];
        }
        return new Series(name, x, y);
    }

    private static double[] doubles(List<? extends Number> numbers) {
        return numbers.stream().mapToDouble(Number::doubleValue).toArray();
    }

    public String name() {
        return name;
    }

    public int size() {
        return x.length;
    }

    public double x(int i) {
        return x[i];
    }

    public double y(int i) {
        return y[i];
    }

    /** A point with this x, or less than 0 if there is none. */
    int indexOf(double value) {
        return Arrays.binarySearch(x, value);
    }

    /**
     * The same curve with fewer points, such that it looks the same: of each stretch the first, least, greatest and last
     * point are kept, and the borders of gaps.
     *
     * @param stretches how many stretches to cut long curves into, each giving at most four points
     */
    Series thinned(int stretches) {
        if (x.length <= 4 * stretches) {
            return this;
        }
        boolean[] keep = new boolean[x.length];
        for (int s = 0; s < stretches; s++) {
            int from = (int) ((long) x.length * s / stretches);
            int to = (int) ((long) x.length * (s + 1) / stretches);
            int least = -1;
            int greatest = -1;
            boolean gap = false;
            for (int i = from; i < to; i++) {
                if (Double.isFinite(y[i])) {
                    least = least < 0 || y[i] < y[least] ? i : least;
                    greatest = greatest < 0 || y[i] > y[greatest] ? i : greatest;
                } else {
                    keep[i] = !gap;
                    gap = true;
                }
            }
            keep[from] = true;
            keep[to - 1] = true;
            if (least >= 0) {
                keep[least] = true;
                keep[greatest] = true;
            }
        }
        int n = 0;
        double[] keptX = new double[x.length];
        double[] keptY = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            if (keep[i]) {
                keptX[n] = x[i];
                keptY[n++] = y[i];
            }
        }
        return new Series(name, Arrays.copyOf(keptX, n), Arrays.copyOf(keptY, n));
    }
}
