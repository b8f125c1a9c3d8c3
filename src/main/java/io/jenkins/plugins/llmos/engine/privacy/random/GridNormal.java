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
 * Journal of Statistical Software 5(8), 2000) with 56 random bits for the place within a layer and its sign (not 24, and
 * none used twice, as in the original), in whole numbers, so that each grid step of a layer is hit by at least 2³² equally likely draws; its
 * probability is right to a part in 2³⁰. The tail beyond 3.65 is drawn by the method of Marsaglia (1964) with 53 bits of
 * its own, so it does not end where a single uniform would.
 */
public final class GridNormal {
    /** Standard deviation, in grid steps. */
    public static final double DEVIATION = 1 << 20;

    private static final int CHUNK = 1 << 8;
    private static final int LAYERS = 256;
    private static final double R = 3.654152885361009;
    private static final double AREA = 0.00492867323399;

    /** Bits of a random word that choose the layer; the others are the place within it, as a share of 2⁶³. */
    private static final long LAYER = LAYERS - 1;
    /** Binary places after the point in the product of a place and a scale. */
    private static final int FRACTION = 40;

    private static final long HALF = 1L << (FRACTION - 1);

    /** Right ends of the layers; the base layer's is where its area would end as a rectangle. */
    private static final double[] X = new double[LAYERS + 1];

    /**
     * Of each layer two numbers side by side: its right end in grid steps, so scaled that the high word of place times it has
     * FRACTION places, and the place within which every smaller one is under the curve for sure.
     */
    private static final long[] TABLE = new long[2 * LAYERS];

    /** Heights of the curve at the layers' right ends. */
    private static final double[] HEIGHT = new double[LAYERS + 1];

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
            TABLE[2 * i] = (long) Math.rint(X[i] * DEVIATION * Math.scalb(1.0, FRACTION + 1));
            TABLE[2 * i + 1] = (long) (X[i + 1] / X[i] * 0x1p63);
        }
    }

    private GridNormal() {}

    private static double density(double x) {
        return Math.exp(-x * x / 2);
    }

    /** Draws numbers; each is a whole number below 2²⁴ in size, so that a float holds it exactly. */
    static void fill(float[] to, int count, RandomBits bits) {
        long[] words = new long[Math.min(CHUNK, count)];
        int[] open = new int[words.length];
        for (int from = 0; from < count; from += words.length) {
            int some = Math.min(words.length, count - from);
            bits.next(words, some);
            int outside = convert(words, some, to, from, open);
            for (int k = 0; k < outside; k++) {
                long word = words[open[k]];
                to[from + open[k]] = (float) Math.round(outside((int) (word & LAYER), word & ~LAYER, bits));
            }
        }
    }

    /**
     * Takes each draw for one that falls into the surely covered part of its layer.
     *
     * @param open becomes the indices of the draws that do not, about one in 66
     * @return how many these are
     */
    private static int convert(long[] words, int some, float[] to, int from, int[] open) {
        int outside = 0;
        for (int i = 0; i < some; i++) {
            long word = words[i];
            int layer = (int) (word & LAYER);
            // The other 56 bits are the place with its sign.
            long place = word & ~LAYER;
            to[from + i] = (float) (int) ((Math.multiplyHigh(place, TABLE[2 * layer]) + HALF) >> FRACTION);
            if (Math.abs(place) >= TABLE[2 * layer + 1]) {
                open[outside++] = i;
            }
        }
        return outside;
    }

    /** A draw that fell outside of the surely covered part of its layer. */
    private static double outside(int first, long firstPlace, RandomBits bits) {
        int layer = first;
        long place = firstPlace;
        while (true) {
            double x = place * 0x1p-63 * X[layer];
            if (Math.abs(place) < TABLE[2 * layer + 1]) {
                return x * DEVIATION;
            }
            if (layer == 0) {
                return Math.copySign(tail(bits) * DEVIATION, (double) place);
            }
            double y = HEIGHT[layer] + (HEIGHT[layer + 1] - HEIGHT[layer]) * bits.uniform();
            if (y < density(x)) {
                return x * DEVIATION;
            }
            long word = bits.next();
            layer = (int) (word & LAYER);
            place = word & ~LAYER;
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
