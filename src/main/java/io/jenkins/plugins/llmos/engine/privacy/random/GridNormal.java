package io.jenkins.plugins.llmos.engine.privacy.random;

/**
 * Whole numbers distributed as a normal variable of standard deviation 2²⁰ rounded to the nearest whole number.
 *
 * <p>Floating-point noise leaks through its last bits (Mironov, "On significance of the least significant bits for
 * differential privacy", CCS 2012; Jin, McMurtry, Rubinstein, Ohrimenko, "Are we there yet? Timing and floating-point
 * attacks on differential privacy systems", IEEE S&P 2022): which numbers can be reached at all depends on the secret. Here
 * the secret is first rounded to a grid, and noise of whole grid steps is added exactly, as integers. For whole a the sum a
 * + round(Z) is round(a + Z), so what comes out is the Gaussian mechanism's answer rounded afterwards, and costs what that
 * costs. (Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020, and Kairouz, Liu,
 * Steinke, "The Distributed Discrete Gaussian Mechanism", ICML 2021, round to a grid likewise.)
 *
 * <p>Z comes from a ziggurat of 256 layers (Marsaglia, Tsang, "The Ziggurat Method for Generating Random Variables",
 * Journal of Statistical Software 5(8), 2000) with 55 random bits for the place within a layer (not 24, and none used
 * twice, as in the original), so that each grid step of a layer is hit by at least 2³² equally likely draws; its
 * probability is right to a part in 2³⁰. The tail beyond 3.65 is drawn by the method of Marsaglia (1964) with 53 bits of
 * its own, so it does not end where a single uniform would.
 */
public final class GridNormal {
    /** Standard deviation, in grid steps. */
    public static final double DEVIATION = 1 << 20;

    private static final int LAYERS = 256;
    private static final double R = 3.6541528853610088;
    private static final double AREA = 0.00492867323399;

    /** Right ends of the layers times DEVIATION · 2⁻⁵⁵; the base layer's is where its area would end as a rectangle. */
    private static final double[] SCALE = new double[LAYERS];
    /** A place below this is under the curve for sure. */
    private static final long[] INSIDE = new long[LAYERS];
    /** Heights of the curve at the layers' right ends. */
    private static final double[] HEIGHT = new double[LAYERS + 1];

    private static final double[] X = new double[LAYERS + 1];

    static {
        X[0] = AREA / density(R);
        X[1] = R;
        for (int i = 2; i < LAYERS; i++) {
            X[i] = Math.sqrt(-2 * Math.log(AREA / X[i - 1] + density(X[i - 1])));
        }
        X[LAYERS] = 0;
        for (int i = 0; i <= LAYERS; i++) {
            HEIGHT[i] = density(X[i]);
        }
        for (int i = 0; i < LAYERS; i++) {
            SCALE[i] = X[i] * DEVIATION * 0x1p-55;
            INSIDE[i] = (long) (X[i + 1] / X[i] * 0x1p55);
        }
    }

    private GridNormal() {}

    private static double density(double x) {
        return Math.exp(-x * x / 2);
    }

    /**
     * Draws numbers; each is a whole number below 2²⁴ in size, so that a float holds it exactly.
     *
     * @param to takes {@code count} numbers from index {@code from} on
     */
    public static void fill(float[] to, int from, int count, RandomBits bits) {
        for (int i = from; i < from + count; i++) {
            long word = bits.next();
            int layer = (int) word & 0xff;
            long place = word >>> 9;
            double value = place < INSIDE[layer] ? place * SCALE[layer] : outside(layer, place, bits);
            // The ninth bit is the sign; a rounded zero has none.
            to[i] = (float) Math.rint((word & 0x100) == 0 ? value : -value);
        }
    }

    /** A draw that fell outside of the surely covered part of its layer; positive. */
    private static double outside(int first, long firstPlace, RandomBits bits) {
        int layer = first;
        long place = firstPlace;
        while (true) {
            if (place < INSIDE[layer]) {
                return place * SCALE[layer];
            }
            if (layer == 0) {
                return tail(bits) * DEVIATION;
            }
            double x = place * 0x1p-55 * X[layer];
            double y = HEIGHT[layer] + (HEIGHT[layer + 1] - HEIGHT[layer]) * bits.uniform();
            if (y < density(x)) {
                return x * DEVIATION;
            }
            long word = bits.next();
            layer = (int) word & 0xff;
            place = word >>> 9;
        }
    }

    /** A normal variable above {@link #R}. */
    private static double tail(RandomBits bits) {
        while (true) {
            double x = -Math.log(bits.uniform()) / R;
            double y = -Math.log(bits.uniform());
            if (y + y > x * x) {
                return R + x;
            }
        }
    }
}
