package io.jenkins.plugins.llmos.engine.privacy.accounting;

/**
 * Discrete Fourier transform of a power of two, in place (Cooley, Tukey, Mathematics of Computation 19, 1965). The
 * forward transform leaves frequencies in bit-reversed order and the inverse takes them so, which spares both the
 * reordering: pointwise products do not care. Rotations come from a table, since errors of a recurrence for them would be
 * multiplied by the number of compositions.
 */
final class Fourier {
    private final int size;
    private final double[] cos;
    private final double[] sin;

    /** @param size a power of two, from 2 up */
    Fourier(int size) {
        this.size = size;
        this.cos = new double[size / 2];
        this.sin = new double[size / 2];
        for (int k = 0; k < size / 2; k++) {
            double angle = 2 * Math.PI * k / size;
            cos[k] = Math.cos(angle);
            sin[k] = -Math.sin(angle);
        }
    }

    /** Decimation in frequency: natural order in, bit-reversed order out. */
    void forward(double[] re, double[] im) {
        for (int half = size / 2, stride = 1; half >= 1; half /= 2, stride *= 2) {
            for (int block = 0; block < size; block += 2 * half) {
                for (int k = 0, t = 0; k < half; k++, t += stride) {
                    int a = block + k;
                    int b = a + half;
                    double dr = re[a] - re[b];
                    double di = im[a] - im[b];
                    re[a] += re[b];
                    im[a] += im[b];
                    re[b] = dr * cos[t] - di * sin[t];
                    im[b] = dr * sin[t] + di * cos[t];
                }
            }
        }
    }

    /** Decimation in time: bit-reversed order in, natural order out, divided by the size. */
    void inverse(double[] re, double[] im) {
        for (int half = 1, stride = size / 2; half < size; half *= 2, stride /= 2) {
            for (int block = 0; block < size; block += 2 * half) {
                for (int k = 0, t = 0; k < half; k++, t += stride) {
                    int a = block + k;
                    int b = a + half;
                    double br = re[b] * cos[t] + im[b] * sin[t];
                    double bi = im[b] * cos[t] - re[b] * sin[t];
                    re[b] = re[a] - br;
                    im[b] = im[a] - bi;
                    re[a] += br;
                    im[a] += bi;
                }
            }
        }
        for (int i = 0; i < size; i++) {
            re[i] /= size;
            im[i] /= size;
        }
    }

    /**
     * Multiplies a spectrum by powers of those of two real sequences, which were transformed as the real and the imaginary
     * part of one. Frequencies come in pairs, k and −k, whose values are conjugates; only the first of each is computed
     * here, {@link #complete} gives the others. In bit-reversed order the pairs of a block from 2ʲ to 2ʲ⁺¹ − 1 lie around its
     * middle.
     *
     * @param zRe transform of both, bit-reversed
     * @param first power of the first, from 1 up
     * @param second power of the second, 0 if there is none
     * @param least squared size below which a product is as good as 0 and becomes that
     */
    static void multiplyByPowers(
            double[] re, double[] im, double[] zRe, double[] zIm, long first, long second, double least) {
        double[] power = new double[2];
        for (int p = 0; p < re.length; p++) {
            int partner = partner(p);
            if (partner < p || (re[p] == 0 && im[p] == 0)) {
                continue;
            }
            power((zRe[p] + zRe[partner]) / 2, (zIm[p] - zIm[partner]) / 2, first, power);
            multiply(re, im, p, power);
            if (second > 0) {
                power((zIm[p] + zIm[partner]) / 2, (zRe[partner] - zRe[p]) / 2, second, power);
                multiply(re, im, p, power);
            }
            if (re[p] * re[p] + im[p] * im[p] < least) {
                re[p] = 0;
                im[p] = 0;
            }
        }
    }

    /** Gives the second of each pair of frequencies its value. */
    static void complete(double[] re, double[] im) {
        for (int p = 0; p < re.length; p++) {
            int partner = partner(p);
            if (partner > p) {
                re[partner] = re[p];
                im[partner] = -im[p];
            }
        }
    }

    private static int partner(int p) {
        return p < 2 ? p : 3 * Integer.highestOneBit(p) - 1 - p;
    }

    private static void multiply(double[] re, double[] im, int at, double[] by) {
        double t = re[at] * by[0] - im[at] * by[1];
        im[at] = re[at] * by[1] + im[at] * by[0];
        re[at] = t;
    }

    /** By repeated squaring. */
    private static void power(double re, double im, long exponent, double[] result) {
        double br = re;
        double bi = im;
        double r = 1;
        double m = 0;
        for (long n = exponent; n > 0; n >>= 1) {
            if ((n & 1) == 1) {
                double t = r * br - m * bi;
                m = r * bi + m * br;
                r = t;
            }
            double t = br * br - bi * bi;
            bi = 2 * br * bi;
            br = t;
        }
        result[0] = r;
        result[1] = m;
    }
}
